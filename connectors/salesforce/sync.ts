/** The plan for a batch of two hundred calls: people, calls and follow-ups in one request, each row by its key. */
import type { CallRecord, Outcome, Person } from '../connector.ts';
import { identityNames, rememberPeople, resolvePeople, type Target } from '../people.ts';
import { findPeople } from './lookup.ts';
import { type Entry, lookupOf, nameOf, type Org } from './org.ts';
import { outcomeOf } from './outcome.ts';
import { rowsOfPeople } from './person-rows.ts';
import { confirmPresent } from './presence.ts';
import { retarget } from './retarget.ts';
import { type Row, type RowResult, writeRows } from './rows.ts';
import { byParent, rowsOfTasks } from './task-rows.ts';

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
  return { outcomes: entries.map((entry) => outcomeOf(entry, results)), refusesNesting };
}

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
