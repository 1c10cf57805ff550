/** https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide */
import { runRows, shuffled, splitOutcomes } from '../kit/batch.ts';
import { repeated } from '../kit/unique-keys.ts';
import { ApiError, errorRow, invalid, isApiError, notFound } from './api-error.ts';
import { defaultTypeId, type RecordRef } from './associations.ts';
import type { ObjectType, TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Answer, batchAnswer } from './record-answer.ts';
import { inputsOf, objectOf } from './request-body.ts';
import type { Settings } from './settings.ts';

const MAX_LINKS = 2_000;
const MAX_READS = 1_000;

interface Pair {
  readonly from: RecordRef;
  readonly to: RecordRef;
}

/** Creates links without a label. The spec has no 207 here: a response with errors is a 200, one about limits a 207. */
export function associateDefault(portal: Portal, from: ObjectType, to: ObjectType, body: unknown): Answer {
  requireLinkable(from.name, to.name);
  const pairs = inputsOf(body, MAX_LINKS).map((input) => ({
    from: { type: from.name, id: idOf(input.from) },
    to: { type: to.name, id: idOf(input.to) },
  }));
  refuseRepeatedPairs(pairs);

  const { results, rejected } = splitOutcomes(runRows(pairs, (pair) => link(portal, pair), isApiError));
  const named = portal.settings.associationContext === 'ends';
  const errors = rejected.map(({ row, rejection }) =>
    errorRow(rejection.refusal, named ? { fromObjectId: [row.from.id], toObjectId: [row.to.id] } : {}),
  );
  const { shuffleSeed } = portal.settings;
  const partial = errors.some(({ category }) => category === 'VALIDATION_ERROR') ? 207 : 200;
  return batchAnswer({ whole: 200, partial }, shuffled(results.flat(), shuffleSeed), errors);
}

/** Reads the records that are linked to each input. */
export function readAssociations(portal: Portal, from: ObjectType, to: ObjectType, body: unknown): Answer {
  requireLinkable(from.name, to.name);
  const ids = inputsOf(body, MAX_READS).map(({ id }) => String(id));
  const outcomes = runRows(ids, (id) => linkedTo(portal, { type: from.name, id }, to.name), isApiError);
  const { results, rejected } = splitOutcomes(outcomes);
  const errors = rejected.map(({ row, rejection }) => errorRow(rejection.refusal, { fromObjectId: [row] }));
  return batchAnswer({ whole: 200, partial: 207 }, shuffled(results, portal.settings.shuffleSeed), errors);
}

function linkedTo({ associations }: Portal, from: RecordRef, to: TypeName): object {
  const linked = associations.of(from, to);
  if (linked.length === 0) {
    const subCategory = 'crm.associations.NO_ASSOCIATIONS_FOUND';
    const message = 'No associations were found for the object.';
    throw new ApiError({ status: 404, category: 'OBJECT_NOT_FOUND', subCategory, message });
  }
  const associationTypes = [{ category: 'HUBSPOT_DEFINED', typeId: defaultTypeId(from.type, to) }];
  return { from: { id: from.id }, to: linked.map(({ id }) => ({ toObjectId: id, associationTypes })) };
}

function link(portal: Portal, { from, to }: Pair): object[] {
  const { associations, settings } = portal;
  for (const end of [from, to]) requireRecord(portal, end);
  for (const [contact, other] of [
    [from, to],
    [to, from],
  ] as const)
    requireRoom(portal, contact, other);
  associations.link(from, to);
  if (settings.associationAnswers === 'nothing') return [];
  const answers = [linkAnswer(settings, from, to), linkAnswer(settings, to, from)];
  return answers.slice(0, settings.associationDirections);
}

function linkAnswer({ associationAnswers }: Settings, from: RecordRef, to: RecordRef) {
  if (associationAnswers === 'ids') return { fromObjectId: from.id, toObjectId: to.id, labels: [] };
  const associationTypeId = defaultTypeId(from.type, to.type);
  const associationSpec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId };
  return { from: { id: from.id }, to: { id: to.id }, associationSpec };
}

function requireRecord(portal: Portal, { type, id }: RecordRef): void {
  if (!portal.of(type).records.get(id)) throw notFound(`No ${type.slice(0, -1)} with ID ${id} exists.`);
}

/** Administrators limit how many calls a contact has. The code and the text are guesses. */
function requireRoom({ associations, settings }: Portal, contact: RecordRef, call: RecordRef): void {
  if (contact.type !== 'contacts' || call.type !== 'calls') return;
  const calls = associations.of(contact, 'calls');
  if (calls.length < settings.callsPerContact || calls.some(({ id }) => id === call.id)) return;
  const message = `The number of associations of contact ${contact.id} to calls would exceed its limit of ${settings.callsPerContact}.`;
  throw invalid(message, { subCategory: 'crm.associations.LIMIT_EXCEEDED' });
}

function refuseRepeatedPairs(pairs: readonly Pair[]): void {
  if (repeated(pairs, ({ from, to }) => `${from.id}>${to.id}`).length > 0)
    throw invalid('Duplicate associations found in batch input.');
}

function requireLinkable(from: TypeName, to: TypeName): void {
  if (defaultTypeId(from, to) === undefined)
    throw invalid(`No association is defined from ${from} to ${to}.`);
}

function idOf(end: unknown): string {
  const { id } = objectOf(end, 'from/to');
  if (typeof id !== 'string' || !/^\d+$/.test(id)) throw invalid('from.id and to.id must be record ids');
  return id;
}
