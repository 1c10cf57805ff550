/**
 * One person, several calls in a batch: what each call says of the person becomes one write, in the order the
 * calls ended, and never overwrites what a later call has already written.
 */
import type { CallRecord, FieldWrite, Identity, Person } from '../../connectors/connector.ts';
import { joined } from '../../connectors/engine/persons/merge-fields.ts';
import type { Applied } from '../queue/ledger.ts';

export interface Merged {
  /** The records, in their order; those of one person share one person. */
  readonly records: readonly CallRecord[];
  /** What to note in the ledger once the CRM confirmed: person key → field → when. */
  readonly applying: Applied;
}

/** `applied`: when each field of each person was last written, by the time the writing call ended. */
export function mergePeople(records: readonly CallRecord[], applied: Applied): Merged {
  const people = new Map<string, Person>();
  const applying = new Map<string, ReadonlyMap<string, number>>();
  for (const [key, calls] of callsByPerson(records)) {
    const { fields, times } = mergeFields(calls, applied.get(key) ?? new Map());
    people.set(key, { ...(calls.at(-1)!.person as Person), identities: mergeIdentities(calls), fields });
    applying.set(key, times);
  }
  return { records: records.map((record) => withPerson(record, people)), applying };
}

/** Oldest call first. */
function callsByPerson(records: readonly CallRecord[]): Map<string, CallRecord[]> {
  const groups = new Map<string, CallRecord[]>();
  for (const record of records) {
    if (record.person === undefined) continue;
    const group = groups.get(record.person.key);
    if (group) group.push(record);
    else groups.set(record.person.key, [record]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.endedAt - b.endedAt);
  return groups;
}

function mergeFields(calls: readonly CallRecord[], before: ReadonlyMap<string, number>) {
  const writes = new Map<string, FieldWrite>();
  const times = new Map<string, number>();
  for (const { endedAt, person } of calls) {
    for (const write of person!.fields) {
      const earlier = writes.get(write.field);
      if (write.when === 'newest' && endedAt < (before.get(write.field) ?? Number.NEGATIVE_INFINITY))
        continue;
      if (write.when === 'newest') {
        times.set(write.field, endedAt);
        writes.set(write.field, { ...write, asOf: endedAt });
      } else writes.set(write.field, joined(earlier, write));
    }
  }
  return { fields: [...writes.values()], times };
}

/** What the latest call knows comes first. */
function mergeIdentities(calls: readonly CallRecord[]): Identity[] {
  const identities = new Map<string, Identity>();
  for (const { person } of calls.toReversed()) {
    for (const identity of person!.identities) {
      const name = JSON.stringify(identity);
      if (!identities.has(name)) identities.set(name, identity);
    }
  }
  return [...identities.values()];
}

function withPerson(record: CallRecord, people: ReadonlyMap<string, Person>): CallRecord {
  const person = record.person && people.get(record.person.key);
  return person ? { ...record, person } : record;
}
