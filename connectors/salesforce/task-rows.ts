/** The rows of calls and follow-ups, each with its key and its person. */
import type { Activity } from '../connector.ts';
import type { PersonMatch } from '../engine/persons/match.ts';
import { fitKey, PERSON_KEY, TASK_KEY } from './keys.ts';
import { type Entry, nameOf, type Org } from './org.ts';
import type { Related } from './related.ts';
import type { Row } from './row.ts';
import { toJson } from './values.ts';
import { writable } from './writable.ts';

/** Sorted by parent: tasks lock their person, and locks of one person are taken once. */
export function rowsOfTasks(org: Org, entries: readonly Entry[], related: Related): Row[] {
  return entries.flatMap((entry) => rowsOfCall(org, entry, related)).toSorted(byParent);
}

interface Plan {
  readonly name: string;
  readonly key: string;
  readonly activity: Activity;
  /** Of the task that is there already. */
  readonly id: string | undefined;
  /** What this org calls the status it is to have. */
  readonly status: string | undefined;
  readonly isCall: boolean;
}

function rowsOfCall(org: Org, { record, target }: Entry, related: Related): Row[] {
  if (target?.kind === 'none' && !target.logs) return [];
  const { call, callId: key, tasks, existing: known } = record;
  const { closedStatus, openStatus } = org.schema;
  const plans: Plan[] = tasks.map((activity) => {
    const id = known?.tasks?.[activity.key];
    const name = nameOf.task(activity.key);
    return { name, key: activity.key, activity, id, status: openStatus, isCall: false };
  });
  if (call) {
    const name = nameOf.call(record);
    plans.unshift({ name, key, activity: call, id: known?.call, status: closedStatus, isCall: true });
  }
  return plans.map((plan) => rowOf(org, target, plan, related));
}

function rowOf(org: Org, target: PersonMatch | undefined, plan: Plan, related: Related): Row {
  const { name, key, activity, id, status, isCall } = plan;
  // A changed call stays related to what it is related to by then. What the mapping says outweighs the rest.
  const whatId = id === undefined && target?.id !== undefined ? related.whatIds.get(target.id) : undefined;
  const given: Record<string, unknown> = {
    ...(whatId !== undefined && { WhatId: whatId }),
    ...toJson(activity.fields, org.schema.fields.call),
  };
  // What this org calls its statuses outweighs what the mapping supposes; without knowing, its default does.
  if (!isStatus(org, given.Status)) given.Status = status;
  // A follow-up that somebody has completed is not opened again because its call changed.
  if (id !== undefined && !isCall) delete given.Status;
  const { fields, skippedFields } = writable(given, org.schema.task, id === undefined ? 'create' : 'update');
  const parent = target && target.kind !== 'none' ? nameOf.person(target) : undefined;
  const unrelated = id === undefined && target?.id !== undefined ? related.skippedFields : [];
  const row = { name, sobject: 'Task', parent, skippedFields: [...skippedFields, ...unrelated] };
  const linked = { ...fields, ...whoOf(org, target) };
  if (id !== undefined) return { ...row, operation: 'update', fields: { Id: id, ...linked } };
  const created = {
    ...linked,
    [TASK_KEY]: fitKey(key, org.schema.task.get(TASK_KEY)),
    ...(isCall && subtypeOf(org)),
  };
  return { ...row, operation: 'create', fields: created };
}

function isStatus({ schema }: Org, status: unknown): boolean {
  const { picklistValues: values = [] } = schema.task.get('Status') ?? {};
  return values.length === 0 || values.some(({ value, active }) => active && value === status);
}

/**
 * Can only be set when a task is created, and not by every user:
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 */
function subtypeOf({ schema }: Org): object {
  const subtype = schema.task.get('TaskSubtype');
  return subtype && subtype.createable !== false ? { TaskSubtype: 'Call' } : {};
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm: a parent by its external id. */
function whoOf({ personObject }: Org, target: PersonMatch | undefined): object {
  if (!target || target.kind === 'none') return {};
  if (target.id !== undefined) return { WhoId: target.id };
  return { Who: { attributes: { type: personObject }, [PERSON_KEY]: target.key } };
}

/** Updates first, then creates; within each by person. */
function byParent(a: Row, b: Row): number {
  return b.operation.localeCompare(a.operation) || (a.parent ?? '').localeCompare(b.parent ?? '');
}
