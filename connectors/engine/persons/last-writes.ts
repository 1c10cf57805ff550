/**
 * Enforces `newest` across batches: a field that a later call has already written is not written again by an older
 * one. A person has several keys when not every call has the external id (inbound ones seldom do), so the time of
 * the last write is kept under the CRM's record as well.
 */
import type { FieldWrite, LastWrites, Person } from '../../connector.ts';
import type { PersonMatch } from './match.ts';
import { fieldsToWrite } from './merge-fields.ts';

type Times = ReadonlyMap<string, number>;

/** The matches without the `newest` fields that are older than what was last written. */
export async function withoutOutdated(
  matches: ReadonlyMap<string, PersonMatch>,
  lastWrites: LastWrites,
): Promise<ReadonlyMap<string, PersonMatch>> {
  const distinct = [...new Set(matches.values())];
  const names = [...new Set(distinct.flatMap((match) => namesOf(match, match.id)))];
  if (names.length === 0) return matches;
  const times = await lastWrites.get(names);
  const byName = new Map(names.map((name, index) => [name, times[index]!]));
  const current = new Map(
    distinct.map((match) => {
      const written = latest(namesOf(match, match.id).map((name) => byName.get(name)!));
      return [match, dropOlder(match, written)];
    }),
  );
  return new Map([...matches].map(([key, match]) => [key, current.get(match)!]));
}

/** Notes the times of the fields that were written, under each key of the person and of the record, and under its id. */
export async function noteWrites(
  written: readonly { readonly match: PersonMatch; readonly id: string }[],
  lastWrites: LastWrites,
): Promise<void> {
  const times = new Map<string, Times>();
  for (const { match, id } of written) {
    const newest = fieldsToWrite(match).filter(({ when, asOf }) => when === 'newest' && asOf !== undefined);
    if (newest.length === 0) continue;
    const own = new Map(newest.map(({ field, asOf }) => [field, asOf!]));
    for (const name of namesOf(match, id)) times.set(name, latest([times.get(name) ?? new Map(), own]));
  }
  if (times.size > 0) await lastWrites.set(times);
}

function dropOlder(match: PersonMatch, written: Times): PersonMatch {
  const isOlder = ({ when, field, asOf = 0 }: FieldWrite) =>
    when === 'newest' && asOf < (written.get(field) ?? Number.NEGATIVE_INFINITY);
  const people = match.people.map((person): Person => {
    return person.fields.some(isOlder)
      ? { ...person, fields: person.fields.filter((write) => !isOlder(write)) }
      : person;
  });
  return { ...match, people };
}

/** A record's name begins with a blank, so no person key is the same. */
function namesOf({ action, key, people }: PersonMatch, id: string | undefined): string[] {
  if (action === 'none') return [];
  // A record that is being created has no id yet: other persons of the batch refer to it by the key it will get.
  const keys = [...new Set([key, ...people.map((person) => person.key)])];
  return id === undefined ? keys : [...keys, ` record ${id}`];
}

function latest(some: readonly Times[]): Times {
  const times = new Map<string, number>();
  for (const each of some)
    for (const [field, at] of each) times.set(field, Math.max(at, times.get(field) ?? at));
  return times;
}
