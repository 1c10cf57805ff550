/** Several calls of one person in a batch become one person, written once. */
import type { CallRecord, Identity, Person } from '../../connector.ts';
import { mergeWrites } from './merge-fields.ts';

/** The persons of these records by person key, each with what all of their calls say. */
export function mergeCalls(records: readonly CallRecord[]): ReadonlyMap<string, Person> {
  const withPerson = records.filter((record) => record.person !== undefined);
  const groups = Map.groupBy(withPerson, ({ person }) => person!.key);
  return new Map([...groups].map(([key, calls]) => [key, mergePerson(calls)]));
}

function mergePerson(records: readonly CallRecord[]): Person {
  const calls = records.toSorted((a, b) => a.endedAt - b.endedAt);
  const writes = calls.flatMap(({ endedAt, person }) =>
    person!.fields.map((write) => (write.when === 'newest' ? { asOf: endedAt, ...write } : write)),
  );
  // Only linked to, unless one of the calls may write.
  const writable = calls.findLast(({ person }) => !person!.linkOnly);
  const { person } = writable ?? calls.at(-1)!;
  return { ...person!, identities: mergeIdentities(calls), fields: mergeWrites(writes) };
}

/** Identities of the latest call come first. */
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
