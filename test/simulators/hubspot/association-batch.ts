/** https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide */
import { errorRow, invalid, type Refusal } from './api-error.ts';
import { defaultTypeId, type RecordRef } from './associations.ts';
import type { ObjectType, TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Answer, batchAnswer, type ErrorRow, shuffled } from './record-answer.ts';
import { inputsOf, objectOf } from './request-body.ts';
import type { Settings } from './settings.ts';

const MAX_LINKS = 2_000;
const MAX_READS = 1_000;

interface Pair {
  readonly from: RecordRef;
  readonly to: RecordRef;
}

/** Links without a label. The spec knows no 207 here: errors come with a 200. */
export function associateDefault(portal: Portal, from: ObjectType, to: ObjectType, body: unknown): Answer {
  requireLinkable(from.name, to.name);
  const pairs = inputsOf(body, MAX_LINKS).map((input) => ({
    from: { type: from.name, id: idOf(input.from) },
    to: { type: to.name, id: idOf(input.to) },
  }));
  refuseRepeatedPairs(pairs);

  const results: object[] = [];
  const errors: ErrorRow[] = [];
  for (const pair of pairs) {
    const error = unknownEnd(portal, pair);
    if (error) errors.push(error);
    else results.push(...link(portal, pair));
  }
  return batchAnswer({ whole: 200, partial: 200 }, shuffled(results, portal.settings.shuffleSeed), errors);
}

/** The records linked to each of these. */
export function readAssociations(portal: Portal, from: ObjectType, to: ObjectType, body: unknown): Answer {
  requireLinkable(from.name, to.name);
  const results: object[] = [];
  const errors: ErrorRow[] = [];
  for (const { id } of inputsOf(body, MAX_READS)) {
    const linked = portal.associations.of({ type: from.name, id: String(id) }, to.name);
    const associationTypes = [{ category: 'HUBSPOT_DEFINED', typeId: defaultTypeId(from.name, to.name) }];
    const ends = linked.map((other) => ({ toObjectId: other.id, associationTypes }));
    if (ends.length > 0) results.push({ from: { id: String(id) }, to: ends });
    else errors.push(errorRow(NOTHING_LINKED, { fromObjectId: [String(id)] }));
  }
  return batchAnswer({ whole: 200, partial: 207 }, shuffled(results, portal.settings.shuffleSeed), errors);
}

const NOTHING_LINKED: Refusal = {
  status: 404,
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  message: 'No associations were found for the object.',
};

function link({ associations, settings }: Portal, { from, to }: Pair): object[] {
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

function unknownEnd(portal: Portal, { from, to }: Pair): ErrorRow | undefined {
  const unknown = [from, to].find(({ type, id }) => !portal.of(type).table.get(id));
  if (!unknown) return undefined;
  const refusal: Refusal = {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: `No ${unknown.type.slice(0, -1)} with ID ${unknown.id} exists.`,
  };
  return errorRow(refusal, { fromObjectId: [from.id], toObjectId: [to.id] });
}

function refuseRepeatedPairs(pairs: readonly Pair[]): void {
  const keys = pairs.map(({ from, to }) => `${from.id}>${to.id}`);
  if (new Set(keys).size < keys.length) throw invalid('Duplicate associations found in batch input.');
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
