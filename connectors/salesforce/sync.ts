/** The plan for a batch of two hundred calls: people, calls and follow-ups in one request, each row by its key. */
import type { Activity, CallRecord, MatchPolicy, Outcome, Person, PersonMemory } from '../connector.ts';
import { fieldsOf, identityNames, rememberPeople, resolvePeople, type Target } from '../people.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { findPeople, type Lookup, readPeople } from './lookup.ts';
import { outcomeOf } from './outcome.ts';
import { type Row, type RowResult, writeRows } from './rows.ts';
import type { OrgSchema } from './schema.ts';
import { isIn, queryPath } from './soql.ts';
import type { Transport } from './transport.ts';
import { needsCurrent, toJson } from './values.ts';

export interface Org {
  readonly transport: Transport;
  readonly schema: OrgSchema;
  readonly policy: MatchPolicy;
  readonly memory: PersonMemory;
  /** Contact or Lead. */
  readonly personObject: string;
  /** Tasks may name their person by its key in the request that creates it; else it takes two requests. */
  readonly nests: boolean;
}

export interface Entry {
  readonly record: CallRecord;
  readonly target: Target | undefined;
}

export interface Synced {
  readonly outcomes: readonly Outcome[];
  /** The org refuses tasks that name their person by its key. */
  readonly refusesNesting: boolean;
}

export async function syncRecords(
  org: Org,
  records: readonly CallRecord[],
  signal?: AbortSignal,
): Promise<Synced> {
  const { entries, targets } = await resolve(org, records, signal);
  const peopleRows = await rowsOfPeople(org, targets, signal);
  // Sorted by parent: tasks lock their person, and locks of one person are taken once.
  const taskRows = entries.flatMap((entry) => rowsOfTasks(org, entry)).toSorted(byParent);
  const results = org.nests
    ? new Map(await writeRows(org.transport, [...peopleRows, ...taskRows], signal))
    : await writeInTwo(org, peopleRows, taskRows, signal);
  await retarget(org, peopleRows, taskRows, results, signal);
  await confirmPresent(org, taskRows, results, signal);
  await noteInMemory(org, targets, results);
  const refusesNesting = [...results.values()].some(
    (result) => result.status === 'refused' && result.refusal.kind === 'nesting',
  );
  return { outcomes: entries.map((entry) => outcomeOf(entry, results, nameOf)), refusesNesting };
}

export const nameOf = {
  person: ({ key }: Target) => `person ${key}`,
  call: ({ callId }: CallRecord) => `call ${callId}`,
  task: (key: string) => `task ${key}`,
};

async function resolve(org: Org, records: readonly CallRecord[], signal?: AbortSignal) {
  const { memory, policy } = org;
  const people = new Map<string, Person>();
  for (const { person } of records) if (person) people.set(person.key, person);
  const lookup = lookupOf(org);
  const byKey = await resolvePeople([...people.values()], {
    memory,
    policy,
    find: (unknown) => findPeople(lookup, unknown, signal),
  });
  const entries = records.map(
    (record): Entry => ({ record, target: record.person && byKey.get(record.person.key) }),
  );
  return { entries, targets: [...new Set(byKey.values())] };
}

function lookupOf({ transport, schema, personObject, policy }: Org): Lookup {
  return { transport, object: personObject, describes: schema.person, fields: policy.ifEmpty };
}

async function rowsOfPeople(org: Org, targets: readonly Target[], signal?: AbortSignal): Promise<Row[]> {
  const { personObject: sobject, schema } = org;
  const current = await readAppended(org, targets, signal);
  const rows = targets.flatMap((target): Row[] => {
    const writes = fieldsOf(target);
    if (target.kind === 'none' || (target.kind === 'known' && writes.length === 0)) return [];
    const values = current.get(target.id ?? '') ?? target.values;
    const fields = { ...toJson(writes, schema.fields.person, values), [PERSON_KEY]: target.key };
    const name = nameOf.person(target);
    if (target.kind !== 'adopt') return [{ name, operation: 'upsert', sobject, fields }];
    return [{ name, operation: 'update', sobject, fields: { Id: target.id, ...fields } }];
  });
  // Collections of one kind lie together.
  return rows.toSorted((a, b) => a.operation.localeCompare(b.operation));
}

async function readAppended(org: Org, targets: readonly Target[], signal?: AbortSignal) {
  const extended = targets.filter((target) => target.id !== undefined && fieldsOf(target).some(needsCurrent));
  const fields = [
    ...new Set(
      extended.flatMap((target) =>
        fieldsOf(target)
          .filter(needsCurrent)
          .map(({ field }) => field),
      ),
    ),
  ];
  if (extended.length === 0) return new Map<string, ReadonlyMap<string, string>>();
  const found = await readPeople(
    { ...lookupOf(org), fields },
    extended.map(({ id }) => id!),
    signal,
  );
  return new Map(found.map(({ id, values }) => [id, values]));
}

function rowsOfTasks(org: Org, { record, target }: Entry): Row[] {
  if (target?.kind === 'none' && !target.logs) return [];
  const { call, callId, tasks, known } = record;
  const rows: Row[] = [];
  const add = (
    name: string,
    key: string,
    activity: Activity,
    id: string | undefined,
    status: string | undefined,
    isCall: boolean,
  ) => {
    const fields = toJson(activity.fields, org.schema.fields.call);
    // What this org calls its statuses outweighs what the default mapping supposes.
    if (status !== undefined && !isStatus(org, fields.Status)) fields.Status = status;
    const parent = target && target.kind !== 'none' ? nameOf.person(target) : undefined;
    const linked = { ...fields, ...whoOf(org, target) };
    // TaskSubtype can only be set when a task is created:
    // https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
    const created = { ...linked, [TASK_KEY]: key, ...(isCall && { TaskSubtype: 'Call' }) };
    rows.push(
      id === undefined
        ? { name, operation: 'create', sobject: 'Task', fields: created, parent }
        : { name, operation: 'update', sobject: 'Task', fields: { Id: id, ...linked }, parent },
    );
  };
  if (call) add(nameOf.call(record), callId, call, known?.call, org.schema.closedStatus, true);
  for (const task of tasks)
    add(nameOf.task(task.key), task.key, task, known?.tasks?.[task.key], org.schema.openStatus, false);
  return rows;
}

function isStatus({ schema }: Org, status: unknown): boolean {
  return (
    schema.task.get('Status')?.picklistValues?.some(({ value, active }) => active && value === status) ?? true
  );
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm: a parent by its external id. */
function whoOf({ personObject }: Org, target: Target | undefined): object {
  if (!target || target.kind === 'none') return {};
  if (target.id !== undefined) return { WhoId: target.id };
  return { Who: { attributes: { type: personObject }, [PERSON_KEY]: target.key } };
}

/** Updates first, then creates; within each by person. */
function byParent(a: Row, b: Row): number {
  return b.operation.localeCompare(a.operation) || (a.parent ?? '').localeCompare(b.parent ?? '');
}

/** The same in two requests: people first, then tasks with their people's ids. */
async function writeInTwo(
  { transport }: Org,
  people: readonly Row[],
  tasks: readonly Row[],
  signal?: AbortSignal,
): Promise<Map<string, RowResult>> {
  const results = new Map(await writeRows(transport, people, signal));
  const writable: Row[] = [];
  for (const row of tasks) {
    const parent = row.parent === undefined ? undefined : results.get(row.parent);
    const { Who: nested, ...fields } = row.fields;
    if (nested === undefined || parent === undefined) writable.push(row);
    else if (parent.status === 'written') writable.push({ ...row, fields: { ...fields, WhoId: parent.id } });
    else results.set(row.name, { status: 'refused', refusal: { kind: 'orphan' } });
  }
  for (const [name, result] of await writeRows(transport, writable, signal)) results.set(name, result);
  return results;
}

/** People who turn out to be another record: one that a duplicate rule names, or the contact a lead became. */
async function retarget(
  org: Org,
  people: readonly Row[],
  tasks: readonly Row[],
  results: Map<string, RowResult>,
  signal?: AbortSignal,
): Promise<void> {
  const moved: Row[] = [];
  for (const row of people) {
    const result = results.get(row.name);
    if (result?.status !== 'refused') continue;
    const { refusal } = result;
    if (refusal.kind === 'duplicate' && refusal.id !== undefined) {
      const { [PERSON_KEY]: _, ...fields } = row.fields;
      // The record it resembles gets our key only if it has none of its own, which we cannot see here.
      moved.push({ ...row, operation: 'update', fields: { ...emptyOnly(fields, org), Id: refusal.id } });
    } else if (refusal.kind === 'converted') {
      const id = await contactOf(org, row, signal);
      if (id !== undefined) results.set(row.name, { status: 'written', id, leftOut: [] });
    }
  }
  if (moved.length > 0)
    for (const [name, result] of await writeRows(org.transport, moved, signal)) results.set(name, result);
  const linkable = tasks.flatMap((row) => {
    const parent = row.parent === undefined ? undefined : results.get(row.parent);
    const own = results.get(row.name);
    const lost = own?.status === 'refused' && ['orphan', 'converted'].includes(own.refusal.kind);
    if (!lost || parent?.status !== 'written' || parent.id === undefined) return [];
    const { Who: _, ...fields } = row.fields;
    return [{ ...row, fields: { ...fields, WhoId: parent.id } }];
  });
  if (linkable.length === 0) return;
  for (const [name, result] of await writeRows(org.transport, linkable, signal)) results.set(name, result);
}

function emptyOnly(fields: Record<string, unknown>, { policy }: Org): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !policy.ifEmpty.includes(name)));
}

async function contactOf(
  { transport }: Org,
  { fields }: Row,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const [name, value] = fields.Id === undefined ? [PERSON_KEY, fields[PERSON_KEY]] : ['Id', fields.Id];
  const soql = `SELECT ConvertedContactId FROM Lead WHERE ${isIn(name, [String(value)])} AND IsConverted = true`;
  const answers = await transport.composite(
    [{ referenceId: 'lead', method: 'GET', path: queryPath(soql) }],
    signal,
  );
  const { records = [] } = (answers?.get('lead')?.body ?? {}) as {
    records?: { ConvertedContactId?: string }[];
  };
  return records[0]?.ConvertedContactId;
}

/** "Already there" without an id is believed only when the record is found. */
async function confirmPresent(
  { transport }: Org,
  tasks: readonly Row[],
  results: Map<string, RowResult>,
  signal?: AbortSignal,
): Promise<void> {
  const unsure = tasks.filter(({ name }) => {
    const result = results.get(name);
    return result?.status === 'written' && result.id === undefined;
  });
  if (unsure.length === 0) return;
  const keys = unsure.map(({ fields }) => String(fields[TASK_KEY]));
  const soql = `SELECT Id, ${TASK_KEY} FROM Task WHERE ${isIn(TASK_KEY, keys)}`;
  const answers = await transport.composite(
    [{ referenceId: 'tasks', method: 'GET', path: queryPath(soql) }],
    signal,
  );
  const { records = [] } = (answers?.get('tasks')?.body ?? {}) as { records?: Record<string, string>[] };
  const ids = new Map(records.map((record) => [record[TASK_KEY], record.Id]));
  for (const { name, fields } of unsure) {
    const id = ids.get(String(fields[TASK_KEY]));
    const passing = { kind: 'passing', reason: 'Salesforce says it is there, but does not show it' } as const;
    results.set(
      name,
      id === undefined ? { status: 'refused', refusal: passing } : { status: 'written', id, leftOut: [] },
    );
  }
}

async function noteInMemory(
  { memory, policy }: Org,
  targets: readonly Target[],
  results: ReadonlyMap<string, RowResult>,
) {
  const written: { target: Target; id: string }[] = [];
  const refused: string[] = [];
  for (const target of targets) {
    const result = results.get(nameOf.person(target));
    if (result?.status === 'written' && result.id !== undefined) written.push({ target, id: result.id });
    if (result?.status === 'refused') refused.push(...target.people.flatMap(identityNames));
  }
  await rememberPeople(written, { memory, policy });
  if (refused.length > 0) await memory.forget(refused);
}
