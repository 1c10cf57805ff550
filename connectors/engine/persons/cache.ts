/** What is remembered of people between batches: whom an identity led to, and what was about to happen to them. */
import type { CachedPerson, LastWrites, MatchPolicy, Person, PersonCache } from '../../connector.ts';
import { howToUse, type PersonMatch, PHONE_KEY } from './match.ts';
import { fieldsOf } from './merge-fields.ts';

/** Neither uses nor leaves memories. */
export const noCache: PersonCache = {
  get: async (identities) => identities.map(() => undefined),
  set: async () => {},
  delete: async () => {},
};

/** People who are remembered, and where the others may be looked for. */
export async function recall(
  people: readonly Person[],
  personCache: PersonCache,
): Promise<{ targets: Map<Person, PersonMatch>; hints: ReadonlyMap<Person, Hint> }> {
  const names = [...new Set(people.flatMap(identityNames))];
  const entries = await personCache.get(names);
  const byName = new Map(names.map((name, index) => [name, entries[index]]));
  const targets = new Map<Person, PersonMatch>();
  const hints = new Map<Person, Hint>();
  for (const person of people) {
    const { target, hint } = recallOne(person, byName);
    if (target) targets.set(person, target);
    if (hint) hints.set(person, hint);
  }
  return { targets, hints };
}

type Known = ReadonlyMap<string, CachedPerson | undefined>;

/** By the first name that leads to a record this person may be. */
function recallOne(person: Person, byName: Known): { readonly target?: PersonMatch; readonly hint?: Hint } {
  const names = identityNames(person);
  for (const name of names) {
    const known = byName.get(name);
    const kind = known && howToUse(person, known.key);
    if (!kind) continue;
    const { id, empty, key } = known;
    const found = { people: [person], key, empty, values: new Map<string, string>() };
    if (id === undefined) {
      // By its key it is written once, whether it is there already or not.
      return kind === 'adopt' ? { hint: { key } } : { target: { ...found, kind: 'create' } };
    }
    // It is looked at before it is given a key: a crash may have kept from us whether it has got one.
    if (kind === 'adopt' || (known.pending && key === person.key)) return { hint: { id } };
    const remembered = names.every((each) => {
      const entry = byName.get(each);
      return entry?.id === id && entry.key === key;
    });
    return { target: { ...found, kind, id, recalled: true, remembered } };
  }
  return {};
}

/** Where a person who now has a key of their own may be: under the key made of the number, or this record. */
export interface Hint {
  readonly key?: string;
  readonly id?: string;
}

/** The record ids of those people who are remembered, by person key: whom what was written before was written to. */
export async function recordsOf(
  people: readonly Person[],
  personCache: PersonCache,
): Promise<ReadonlyMap<string, string>> {
  const { targets, hints } = await recall(people, personCache);
  return new Map(
    people.flatMap((person) => {
      const id = targets.get(person)?.id ?? hints.get(person)?.id;
      return id === undefined ? [] : [[person.key, id]];
    }),
  );
}

/**
 * Notes who is about to be created, or to be given another key: should the answer be lost, no search finds them under
 * another name for a while, and a key that they no longer carry would make them anew.
 */
export async function markPending(targets: readonly PersonMatch[], personCache: PersonCache): Promise<void> {
  const known = new Map<string, CachedPerson>();
  for (const target of targets) {
    const { kind, key, empty, id } = target;
    if (kind === 'create') for (const name of namesOf(target)) known.set(name, { key, empty });
    if (kind === 'adopt')
      for (const name of namesOf(target)) known.set(name, { id: id!, key, empty, pending: true });
  }
  await personCache.set(known);
}

/** Notes where the people of written targets are, so that neither the CRM's search lag nor the next batch asks again. */
export async function cachePeople(
  written: readonly { readonly target: PersonMatch; readonly id: string }[],
  { personCache, policy }: { readonly personCache: PersonCache; readonly policy: MatchPolicy },
): Promise<void> {
  const known = new Map<string, CachedPerson>();
  for (const { target, id } of written) {
    const filled = new Set(fieldsOf(target).map(({ field }) => field));
    const before = target.kind === 'create' ? policy.ifEmpty : target.empty;
    const empty = before.filter((field) => !filled.has(field));
    if (target.remembered && target.kind === 'known' && empty.length === before.length) continue;
    for (const name of namesOf(target)) known.set(name, { id, key: target.key, empty });
  }
  await personCache.set(known);
}

/**
 * The names under which a person is remembered, the surest first. A key made of a number is the number's own name:
 * whoever turns out to have it must be found under it.
 */
export function identityNames(person: Person): string[] {
  const names = [person.key.startsWith(PHONE_KEY) ? person.key : `key:${person.key}`];
  for (const identity of person.identities) {
    if (identity.by === 'phone') names.push(PHONE_KEY + identity.phone.e164);
  }
  return [...new Set(names)];
}

function namesOf({ people, formerly }: PersonMatch): string[] {
  return [...people.flatMap(identityNames), ...(formerly === undefined ? [] : [formerly])];
}

/** Knows of no earlier write, and notes none. */
export const noLastWrites: LastWrites = {
  get: async (names) => names.map(() => new Map()),
  set: async () => {},
};
