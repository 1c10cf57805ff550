/** The plan for a batch of two hundred calls: people, calls and follow-ups in one request, each row by its key. */
import type { CallRecord, Outcome, Person, RecordIds } from '../connector.ts';
import { cachePeople, identityNames } from '../engine/persons/cache.ts';
import type { PersonMatch } from '../engine/persons/match.ts';
import { resolvePeople } from '../engine/persons/resolve.ts';
import { PERSON_KEY, withFittingKey } from './keys.ts';
import { findPeople } from './lookup.ts';
import { type Entry, lookupOf, nameOf, type Org } from './org.ts';
import { isGone, outcomeOf, writtenIds } from './outcome.ts';
import { rowsOfPeople } from './person-rows.ts';
import { confirmPresent, renew } from './presence.ts';
import { toId18 } from './record-id.ts';
import { retarget, type Written } from './retarget.ts';
import type { Row, RowResult } from './row.ts';
import { writeRows } from './rows.ts';
import { rowsOfTasks } from './task-rows.ts';

export interface Synced {
  readonly outcomes: readonly Outcome[];
  /** The org refuses tasks that name their person by its key. */
  readonly refusesNesting: boolean;
}

/** Calls whose records are gone are written again: first with their people looked up anew, then as new calls. */
export async function syncRecords(
  org: Org,
  records: readonly CallRecord[],
  signal?: AbortSignal,
): Promise<Synced> {
  const calls = records.map((record) => withOurPerson(org, record));
  const { outcomes, gone, refusesNesting } = await write(org, calls, signal);
  for (const anew of [forgotten, unknown]) {
    const places = [...gone.keys()];
    if (places.length === 0) break;
    const some = places.map((place) => ({ ...calls[place]!, existing: gone.get(place)! }));
    const again = await write(org, await anew(org, some), signal);
    for (const [index, place] of places.entries()) {
      outcomes[place] = again.outcomes[index]!;
      if (!again.gone.has(index)) gone.delete(place);
    }
  }
  return { outcomes, refusesNesting };
}

async function forgotten(
  { personCache }: Org,
  records: readonly CallRecord[],
): Promise<readonly CallRecord[]> {
  await personCache.delete(records.flatMap(({ person }) => (person ? identityNames(person) : [])));
  return records;
}

function unknown(_: Org, records: readonly CallRecord[]): readonly CallRecord[] {
  return records.map(({ existing: _, ...record }) => record);
}

/** `gone`: the calls one of whose records, or whose person, is no longer there, by place; and what is there of them. */
async function write(org: Org, records: readonly CallRecord[], signal?: AbortSignal) {
  const { entries, targets } = await resolve(org, records, signal);
  const people = await rowsOfPeople(org, targets, signal);
  const tasks = rowsOfTasks(org, entries, await org.relate(org, targets, signal));
  const results = org.nests
    ? await writeRows(org.transport, [...people, ...tasks], signal)
    : await writeInTwo(org, people, tasks, signal);
  const written: Written = { targets, people, tasks, results, moved: new Map() };
  const refusesNesting = await retarget(org, written, signal);
  await confirmPresent(org, tasks, results, signal);
  await renew(org, tasks, namesOfRevised(records), results, signal);
  await noteInMemory(org, written);
  const outcomes = entries.map((entry) => outcomeOf(entry, results));
  const gone = new Map<number, RecordIds>();
  for (const [place, entry] of entries.entries()) {
    if (isGone(entry, results)) gone.set(place, { ...entry.record.existing, ...writtenIds(entry, results) });
  }
  return { outcomes, gone, refusesNesting };
}

function namesOfRevised(records: readonly CallRecord[]): ReadonlySet<string> {
  const revised = records.filter(({ possiblyWritten }) => possiblyWritten);
  return new Set(
    revised.flatMap((record) => [nameOf.call(record), ...record.tasks.map(({ key }) => nameOf.task(key))]),
  );
}

async function resolve(org: Org, records: readonly CallRecord[], signal?: AbortSignal) {
  const { personCache, policy } = org;
  const people = new Map<string, Person>();
  for (const { person } of records) if (person) people.set(person.key, person);
  const lookup = lookupOf(org);
  const byKey = await resolvePeople([...people.values()], {
    personCache,
    policy,
    find: (unknown) => findPeople(lookup, unknown, signal),
  });
  const entries = records.map(
    (record): Entry => ({ record, target: record.person && byKey.get(record.person.key) }),
  );
  return { entries, targets: [...new Set(byKey.values())] };
}

/** Keys fit their field. Ids have eighteen characters, of which customers often hold the first fifteen. */
function withOurPerson({ schema }: Org, record: CallRecord): CallRecord {
  if (!record.person) return record;
  const person = withFittingKey(record.person, schema.person.get(PERSON_KEY));
  const identities = person.identities.map((identity) =>
    identity.by === 'record-id' ? { ...identity, value: toId18(identity.value) } : identity,
  );
  return { ...record, person: { ...person, identities } };
}

/** The same in two requests: people first, then tasks with their people's ids. */
async function writeInTwo(
  { transport }: Org,
  people: readonly Row[],
  tasks: readonly Row[],
  signal?: AbortSignal,
): Promise<Map<string, RowResult>> {
  const results = await writeRows(transport, people, signal);
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
  { personCache, policy }: Org,
  { targets, results, moved }: Written,
): Promise<void> {
  const written: { target: PersonMatch; id: string }[] = [];
  const refused: string[] = [];
  for (const target of targets) {
    const name = nameOf.person(target);
    const result = results.get(name);
    if (result?.status === 'written' && result.id !== undefined) {
      const { id } = result;
      const there = moved.get(name) ?? target;
      written.push({ id, target: there.id === id ? there : { ...there, remembered: false } });
    }
    // Nothing was to be written to them, which does not make them less known.
    if (!result && target.kind === 'known' && target.id !== undefined)
      written.push({ id: target.id, target });
    if (result?.status === 'refused') refused.push(...target.people.flatMap(identityNames));
  }
  await cachePeople(written, { personCache, policy });
  if (refused.length > 0) await personCache.delete(refused);
}
