/**
 * The person cache, as the engine uses it: which CRM record an identity led to.
 *
 * An entry of a name is in one of three states:
 *   absent    never seen, or expired: the CRM is asked
 *   pending   the record was about to be created, or to get this key, and the result is unknown. It is not taken for
 *             settled: a `create` is repeated by its key, an `adopt` looks at the record first
 *   settled   the record's id and key were confirmed by the CRM
 *
 * Invariants:
 * - A name is marked pending before the write that it is about, so that a lost response never creates a person twice
 *   (the CRM's search is seconds behind and would not find the first one).
 * - An entry is deleted only when the CRM shows that it is wrong: the record is another person's now, the creation was
 *   definitely rejected, or the record is gone and the person is nobody else. After any other failure it stays.
 * - A record that is gone stays in the cache until its people are written elsewhere: its id may be the only way to the
 *   record that it was merged into, and a write to that one may fail and be repeated.
 */
import type { CachedPerson, LastWrites, MatchPolicy, Person, PersonCache } from '../../connector.ts';
import { identityNames } from '../../record.ts';
import { type PersonMatch, usageOf } from './match.ts';
import { fieldsToWrite } from './merge-fields.ts';

/** Caches nothing. */
export const noCache: PersonCache = {
  get: async (names) => names.map(() => undefined),
  set: async () => {},
  delete: async () => {},
};

/** Knows of no earlier write, and notes none. */
export const noLastWrites: LastWrites = {
  get: async (names) => names.map(() => new Map()),
  set: async () => {},
};

/** Where a person who is not matched by the cache alone may be: under this key, or one of these records. */
export interface LookupHint {
  readonly key?: string;
  readonly ids: readonly string[];
  /** The one that the person's own name leads to. */
  readonly ownId?: string | undefined;
}

/** The matches the cache knows, and hints where to look for others. */
export async function readCache(
  people: readonly Person[],
  cache: PersonCache,
): Promise<{ matches: Map<Person, PersonMatch>; hints: ReadonlyMap<Person, LookupHint> }> {
  const names = [...new Set(people.flatMap(identityNames))];
  const entries = await cache.get(names);
  const byName = new Map(names.map((name, index) => [name, entries[index]]));
  const matches = new Map<Person, PersonMatch>();
  const hints = new Map<Person, LookupHint>();
  for (const person of people) {
    const { match, hint } = readPerson(person, byName);
    if (match) matches.set(person, match);
    if (hint) hints.set(person, hint);
  }
  return { matches, hints };
}

type Entries = ReadonlyMap<string, CachedPerson | undefined>;

/** By the first name that leads to a record this person may be; what is not confirmed is looked for with the others. */
function readPerson(
  person: Person,
  byName: Entries,
): { readonly match?: PersonMatch; readonly hint?: LookupHint } {
  const names = identityNames(person);
  const usable = names.flatMap((name) => {
    const entry = byName.get(name);
    const action = entry && usageIn(entry, name, person);
    return action ? [{ action, entry }] : [];
  });
  const [first] = usable;
  if (!first) return {};
  const { action, entry } = first;
  const { id, empty, key } = entry;
  const ids = [...new Set(usable.flatMap(({ entry: each }) => each.id ?? []))];
  const match = { people: [person], key, empty, values: new Map<string, string>() };
  if (id === undefined) {
    if (action === 'adopt') return { hint: { key, ids } };
    // Upserted by its key it is written once, whether it was created before or not. But a call that knows the number only
    // may have written the person since, or have created one under the number: then the CRM is asked.
    return ids.length > 0 ? { hint: { ids } } : { match: { ...match, action: 'create' } };
  }
  // Its key is unconfirmed: the record is read before it is given one.
  if (action === 'adopt' || (entry.pending && key === person.key)) {
    const ownId = person.hasExternalId ? byName.get(names[0]!)?.id : undefined;
    return { hint: { ids, ownId } };
  }
  const cacheIsCurrent = names.every((each) => {
    const other = byName.get(each);
    return other?.id === id && other.key === key;
  });
  return { match: { ...match, action, id, cacheIsCurrent } };
}

/**
 * A person's own name may lead to a record with another key: a user merged two people, or the mapping found the record
 * by its id. Under a number the same means that somebody else has it.
 */
function usageIn({ id, key }: CachedPerson, name: string, person: Person): 'update' | 'adopt' | undefined {
  const isOwn = id !== undefined && person.hasExternalId && name === identityNames(person)[0];
  return usageOf(person, key) ?? (isOwn ? 'update' : undefined);
}

/**
 * Marks those who are about to be created, or to be given another key. `goneIds`: the records that are known to be gone,
 * by person key. Their entries would stay, since one without an id replaces none that has one.
 */
export async function markPending(
  matches: readonly PersonMatch[],
  cache: PersonCache,
  goneIds: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const created = matches.filter(({ action, rejection }) => action === 'create' && !rejection);
  await deleteWrong(
    created.flatMap((match) => goneEntries(match, goneIds)),
    cache,
  );
  const entries = new Map<string, CachedPerson>();
  for (const match of matches) {
    const { action, key, empty, id, rejection } = match;
    if (action === 'create' && !rejection)
      for (const name of namesOf(match)) entries.set(name, { key, empty });
    if (action === 'adopt')
      for (const name of namesOf(match)) entries.set(name, { id: id!, key, empty, pending: true });
  }
  if (entries.size > 0) await cache.set(entries);
}

/** Caches where the people of written matches are, so that the next batch asks neither the CRM nor its search. */
export async function cachePeople(
  written: readonly { readonly match: PersonMatch; readonly id: string }[],
  { cache, policy }: { readonly cache: PersonCache; readonly policy: MatchPolicy },
): Promise<void> {
  const entries = new Map<string, CachedPerson>();
  for (const { match, id } of written) {
    const filled = new Set(fieldsToWrite(match).map(({ field }) => field));
    const before = match.action === 'create' ? policy.ifEmpty : match.empty;
    const empty = before.filter((field) => !filled.has(field));
    const unchanged = match.action === 'update' && match.id === id && empty.length === before.length;
    if (match.cacheIsCurrent && unchanged) continue;
    for (const name of namesOf(match)) entries.set(name, { id, key: match.key, empty });
  }
  if (entries.size > 0) await cache.set(entries);
}

/** What the cache says under these names of a record proved wrong; without an id, of one that was to be created. */
export interface WrongEntries {
  readonly names: readonly string[];
  readonly id: string | undefined;
}

/** What the cache says of the records of a match that are gone. */
export function goneEntries(match: PersonMatch, goneIds: ReadonlyMap<string, string>): WrongEntries[] {
  const ids = new Set(match.people.flatMap(({ key }) => goneIds.get(key) ?? []));
  return [...ids].map((id) => ({ names: namesOf(match), id }));
}

/** Entries that lead to another record stay: under one of the names somebody may have been created again meanwhile. */
export async function deleteWrong(wrong: readonly WrongEntries[], cache: PersonCache): Promise<void> {
  const all = wrong.flatMap(({ names, id }) => names.map((name) => ({ name, id })));
  if (all.length === 0) return;
  const entries = await cache.get(all.map(({ name }) => name));
  const names = all.flatMap(({ name, id }, index) => {
    const entry = entries[index];
    return entry && entry.id === id ? [name] : [];
  });
  if (names.length > 0) await cache.delete([...new Set(names)]);
}

/** Every name under which a match is cached. */
export function namesOf({ people, previousKey }: PersonMatch): string[] {
  return [...people.flatMap(identityNames), ...(previousKey === undefined ? [] : [previousKey])];
}

/** The cache without records of another kind of person, which an earlier mapping wrote: they are looked up again. */
export function withoutForeignRecords(
  cache: PersonCache,
  client: { personRecordUse?(id: string): 'write' | 'link' | 'ignore' },
): PersonCache {
  return readingOnly(cache, (id) => client.personRecordUse?.(id) !== 'ignore');
}

/** The cache without records that are known to be gone. */
export function withoutRecords(cache: PersonCache, ids: ReadonlySet<string>): PersonCache {
  return ids.size === 0 ? cache : readingOnly(cache, (id) => !ids.has(id));
}

function readingOnly(cache: PersonCache, isUsable: (id: string) => boolean): PersonCache {
  return {
    async get(names) {
      const entries = await cache.get(names);
      return entries.map((entry) => (entry?.id === undefined || isUsable(entry.id) ? entry : undefined));
    },
    set: (entries) => cache.set(entries),
    delete: (names) => cache.delete(names),
  };
}
