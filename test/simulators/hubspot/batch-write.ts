/**
 * Batch create, update and upsert. When every input has a different trace id, a bad row is reported with its
 * trace id and the good rows are written; otherwise one bad row rejects the batch.
 * https://developers.hubspot.com/docs/api-reference/error-handling
 */
import { runRows, shuffled, splitOutcomes } from '../kit/batch.ts';
import { repeated, ValueClaims } from '../kit/unique-keys.ts';
import { type ApiError, BatchRefused, errorRow, invalid, isApiError, UniqueConflict } from './api-error.ts';
import { identify, requireUnique } from './identify.ts';
import { checkLinks, type InlineLink } from './inline-links.ts';
import type { ObjectStore } from './object-store.ts';
import type { TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { type Answer, batchAnswer, missingRows, recordAnswer } from './record-answer.ts';
import { checkWrite } from './record-write.ts';
import { type BatchInput, batchInput, inputsOf, refuseRepeated } from './request-body.ts';

export type Operation = 'create' | 'update' | 'upsert';

interface Plan {
  readonly input: BatchInput;
  readonly id: string;
  readonly isNew: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly links: readonly InlineLink[];
}

export function batchWrite(portal: Portal, type: TypeName, operation: Operation, body: unknown): Answer {
  const store = portal.of(type);
  const { settings } = portal;
  const startedAt = new Date().toISOString();
  const inputs = inputsOf(body).map(batchInput);
  if (operation !== 'create') {
    requireIds(inputs);
    refuseRepeated(inputs);
  }
  if (operation === 'upsert') requireIdProperty(inputs);
  for (const { idProperty } of inputs) {
    if (operation !== 'create' && idProperty !== undefined) requireUnique(store, idProperty);
  }

  const { plans, errors } = planAll(portal, store, operation, inputs);
  const results = plans.map((plan) => ({
    ...recordAnswer(store.type, settings, commit(portal, store, plan), Object.keys(plan.input.properties)),
    ...(operation === 'upsert' && { new: plan.isNew }),
    ...(settings.echoTraceIds && { objectWriteTraceId: plan.input.traceId }),
  }));
  const statuses = {
    whole: operation === 'create' ? 201 : 200,
    partial: operation === 'upsert' ? settings.partialUpsertStatus : 207,
  };
  return batchAnswer(statuses, shuffled(results, settings.shuffleSeed), errors, startedAt);
}

/** Nothing is written yet; throws when the batch is rejected as a whole. */
function planAll(portal: Portal, store: ObjectStore, operation: Operation, inputs: readonly BatchInput[]) {
  const isPartial = allowsPartial(operation, inputs);
  const claims = new ValueClaims();
  const { results, rejected } = splitOutcomes(
    runRows(
      inputs,
      (input) => planOne(portal, store, operation, input, claims),
      (error): error is ApiError => isApiError(error) && isPartial && !rejectsBatch(error, portal),
    ),
  );
  const errors = rejected.map(({ row, rejection }) =>
    errorRow(rejection.refusal, { objectWriteTraceId: [row.traceId!] }),
  );
  const missing = results.flatMap((each) => ('missingId' in each ? [each.missingId] : []));
  const plans = results.flatMap((each) => ('input' in each ? [each] : []));
  return { plans, errors: [...errors, ...missingRows(store.type, missing)] };
}

function planOne(
  portal: Portal,
  store: ObjectStore,
  operation: Operation,
  input: BatchInput,
  claims: ValueClaims,
): Plan | { readonly missingId: string } | { readonly silent: true } {
  const { idProperty, properties } = input;
  const { mergedUpdates } = portal.settings;
  const forwards = mergedUpdates === 'forwarded';
  const record = operation === 'create' ? undefined : identify(store, idProperty, input.id, forwards);
  if (operation === 'update' && !record && mergedUpdates === 'silent' && store.successor(input.id))
    return { silent: true };
  if (operation === 'update' && !record) return { missingId: input.id };
  const id = record?.id ?? portal.nextId();
  const identified =
    operation === 'upsert' && !record ? { [idProperty!]: input.id, ...properties } : properties;
  const links = operation === 'create' ? checkLinks(portal, store.type.name, input.associations) : [];
  const values = checkWrite(store, portal.settings, { id, record, properties: identified, claims });
  return { input, id, isNew: !record, values, links };
}

function commit({ associations }: Portal, store: ObjectStore, { id, values, links }: Plan) {
  for (const to of links) associations.link({ type: store.type.name, id }, to);
  return store.put(id, values);
}

/** "Partial upserts are not supported when using email": https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide */
function allowsPartial(operation: Operation, inputs: readonly BatchInput[]): boolean {
  if (operation === 'upsert' && inputs.some(({ idProperty }) => idProperty === 'email')) return false;
  return inputs.every(({ traceId }) => traceId) && repeated(inputs, ({ traceId }) => traceId).length === 0;
}

function rejectsBatch(error: ApiError, { settings }: Portal): boolean {
  if (error instanceof BatchRefused) return true;
  return error instanceof UniqueConflict && settings.uniqueConflicts === 'batch';
}

function requireIds(inputs: readonly BatchInput[]): void {
  if (inputs.some(({ id }) => id === '')) throw invalid('Some required fields were not set: [id]');
}

function requireIdProperty(inputs: readonly BatchInput[]): void {
  if (inputs.every(({ idProperty }) => idProperty !== undefined)) return;
  throw invalid('idProperty is required for every input of an upsert');
}
