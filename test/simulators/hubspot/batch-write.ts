/**
 * Batch create, update and upsert. With a trace id of its own on every input, bad rows are told one by one and
 * the good ones written; without, one bad row refuses the batch.
 * https://developers.hubspot.com/docs/api-reference/error-handling
 */
import { ApiError, errorRow, invalid } from './api-error.ts';
import { identify, requireUnique } from './identify.ts';
import { checkLinks, type InlineLink } from './inline-links.ts';
import type { TypeName } from './object-type.ts';
import type { ObjectStore, Portal } from './portal.ts';
import {
  type Answer,
  batchAnswer,
  type ErrorRow,
  missingRows,
  recordAnswer,
  shuffled,
} from './record-answer.ts';
import { type Claims, checkWrite } from './record-write.ts';
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

/** Nothing is written yet; throws when the batch is refused as a whole. */
function planAll(portal: Portal, store: ObjectStore, operation: Operation, inputs: readonly BatchInput[]) {
  const isPartial = allowsPartial(operation, inputs);
  const claims: Claims = new Map();
  const plans: Plan[] = [];
  const errors: ErrorRow[] = [];
  const missing: string[] = [];
  for (const input of inputs) {
    try {
      const plan = planOne(portal, store, operation, input, claims);
      if (plan === 'missing') missing.push(input.id);
      else plans.push(plan);
    } catch (error) {
      if (!(error instanceof ApiError) || !isPartial || sparesNone(error, portal)) throw error;
      errors.push(errorRow(error.refusal, { objectWriteTraceId: [input.traceId!] }));
    }
  }
  return { plans, errors: [...errors, ...missingRows(store.type, missing)] };
}

function planOne(
  portal: Portal,
  store: ObjectStore,
  operation: Operation,
  input: BatchInput,
  claims: Claims,
): Plan | 'missing' {
  const { idProperty, properties } = input;
  const record = operation === 'create' ? undefined : identify(store, idProperty, input.id);
  if (operation === 'update' && !record) return 'missing';
  const id = record?.id ?? portal.nextId();
  const identified =
    operation === 'upsert' && !record ? { [idProperty!]: input.id, ...properties } : properties;
  const links = operation === 'create' ? checkLinks(portal, store.type.name, input.associations) : [];
  const values = checkWrite(store, portal.settings, { id, record, properties: identified, claims });
  return { input, id, isNew: !record, values, links };
}

function commit({ associations }: Portal, { type, table }: ObjectStore, { id, values, links }: Plan) {
  for (const to of links) associations.link({ type: type.name, id }, to);
  return table.put(id, values);
}

/** "Partial upserts are not supported when using email": https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide */
function allowsPartial(operation: Operation, inputs: readonly BatchInput[]): boolean {
  if (operation === 'upsert' && inputs.some(({ idProperty }) => idProperty === 'email')) return false;
  const traceIds = inputs.flatMap(({ traceId }) => (traceId ? [traceId] : []));
  return new Set(traceIds).size === inputs.length;
}

function sparesNone({ refusal }: ApiError, { settings }: Portal): boolean {
  const isConflict = refusal.category === 'CONFLICT' || refusal.message.includes('already has that value');
  return isConflict && settings.uniqueConflicts === 'batch';
}

function requireIds(inputs: readonly BatchInput[]): void {
  if (inputs.some(({ id }) => id === '')) throw invalid('Some required fields were not set: [id]');
}

function requireIdProperty(inputs: readonly BatchInput[]): void {
  if (inputs.every(({ idProperty }) => idProperty !== undefined)) return;
  throw invalid('idProperty is required for every input of an upsert');
}
