/**
 * Leads the persons of a batch to CRM records: by the cache, then by what the CRM finds; and joins those that are one
 * record, so that it is written once. Knows no CRM: the look-up is handed in.
 */
import {
  CrmError,
  type CrmField,
  type CrmFields,
  type Identity,
  type MatchPolicy,
  type Person,
  type PersonCache,
} from '../../connector.ts';
import { identityNames } from '../../record.ts';
import { type LookupHint, readCache } from './cache.ts';
import { type Candidate, matchPerson, type PersonMatch, PHONE_KEY, usageOf } from './match.ts';

export interface PersonLookup {
  readonly cache: PersonCache;
  readonly policy: MatchPolicy;
  /** Records that persons are known to be, by person key: those that theirs were merged into. */
  readonly successors?: ReadonlyMap<string, Candidate>;
  /** Every record that one of these persons' identities may lead to; more than fit do no harm. */
  find(people: readonly Person[]): Promise<readonly Candidate[]>;
  /** By key: what the records are now that were created under these keys and merged into others. */
  findMerged?(keys: readonly string[]): Promise<ReadonlyMap<string, Candidate>>;
}

/** Every person's match by person key; persons that are one record share one match. */
export async function resolvePeople(
  people: readonly Person[],
  { cache, policy, find, findMerged, successors = new Map() }: PersonLookup,
): Promise<ReadonlyMap<string, PersonMatch>> {
  // Persons with an external id come before those known by their number only, who may be the same ones.
  const ordered = people.toSorted((a, b) => Number(b.hasExternalId) - Number(a.hasExternalId));
  const { matches, hints } = await readCache(
    ordered.filter(({ key }) => !successors.has(key)),
    cache,
  );
  // The cache has creations whose result is unknown. What was created may have been merged since, and lost its key.
  const unconfirmed = ordered.flatMap((person) => {
    return matches.get(person)?.action === 'create' ? person.key : [];
  });
  const merged = unconfirmed.length > 0 ? await findMerged?.(unconfirmed) : undefined;
  const assignedKeys = new Map<string, string>();
  for (const person of ordered) {
    const record = successors.get(person.key) ?? merged?.get(person.key);
    if (!record) continue;
    const sought: Person = { ...person, identities: [{ by: 'record-id', value: record.id }] };
    matches.set(person, { ...matchPerson(sought, [record], assignedKeys, policy), people: [person] });
  }
  const unknown = ordered.filter((person) => !matches.has(person));
  if (unknown.length > 0) {
    const candidates = await find(unknown.map((person) => withHint(person, hints.get(person))));
    for (const person of unknown) {
      const hint = hints.get(person);
      const sought = hint ? withHint(person, { ...hint, ids: mergedIds(person, hint, candidates) }) : person;
      const match = matchPerson(sought, candidates, assignedKeys, policy);
      matches.set(person, { ...match, people: [person] });
    }
  }
  return joinMatches(people, matches);
}

/**
 * Persons looked for by a field that is missing, or that the CRM cannot look up by, would all be created again: throws
 * CrmError, so that the queue waits until a person fixes it. `isLookUpKey`: can the CRM find a record by this field?
 */
export function requireMatchFields(
  fields: CrmFields,
  { matchFields = [] }: MatchPolicy,
  isLookUpKey: (field: CrmField) => boolean = () => true,
): void {
  for (const name of matchFields) {
    const field = fields.get(name);
    if (field && isLookUpKey(field)) continue;
    const fault = field ? 'is not unique in the CRM' : 'the CRM does not have, or does not show';
    throw new CrmError(
      'unauthorized',
      `the mapping finds people by the field ${name}, which ${fault}: fix match.by, or the field`,
      { code: 'MATCH_FIELD_UNUSABLE' },
    );
  }
}

/**
 * Those of the hint's records that were merged into one that the person may be; into whose record the person's own was
 * merged, that is the person. A record that was not merged is one only if the person's identities say so, too.
 */
function mergedIds(
  person: Person,
  { ids, ownId }: LookupHint,
  candidates: readonly Candidate[],
): readonly string[] {
  return ids.filter((id) =>
    candidates.some(({ formerIds, key }) => {
      return formerIds?.includes(id) && (id === ownId || usageOf(person, key) !== undefined);
    }),
  );
}

function withHint(person: Person, { key, ids }: LookupHint = { ids: [] }): Person {
  const hints: Identity[] = [
    ...(key === undefined ? [] : [{ by: 'key', value: key } as const]),
    ...ids.map((value) => ({ by: 'record-id', value }) as const),
  ];
  return { ...person, identities: [...person.identities, ...hints] };
}

/** Joins matches that are one record: found twice, or found or created by one and known by number to another. */
function joinMatches(
  people: readonly Person[],
  matches: ReadonlyMap<Person, PersonMatch>,
): Map<string, PersonMatch> {
  const owners = phoneOwners(people, matches);
  const ids = new Map([...matches.values()].map(({ key, id }) => [id === undefined ? undefined : key, id]));
  const recordOf = (person: Person): string => {
    const { action, key, id = ids.get(key) } = matches.get(person)!;
    if (id !== undefined) return `id ${id}`;
    // A person without an external id is the one of the same batch who has this number.
    const owner = action === 'create' && !person.hasExternalId ? owners.get(person.key) : undefined;
    return owner ? recordOf(owner) : `${action} ${key}`;
  };
  const joined = new Map<string, PersonMatch>();
  for (const together of Map.groupBy(people, recordOf).values()) {
    const match = join(
      together,
      together.map((person) => matches.get(person)!),
    );
    for (const person of together) joined.set(person.key, match);
  }
  return joined;
}

function join(people: readonly Person[], matches: readonly PersonMatch[]): PersonMatch {
  // A record that was found decides over one that is only pending.
  const found = matches.filter(({ id }) => id !== undefined);
  const some = found.length > 0 ? found : matches;
  const primary =
    some.find(({ action }) => action === 'adopt') ??
    some.find(({ people: [person] }) => person!.hasExternalId) ??
    some[0]!;
  return { ...primary, people, cacheIsCurrent: matches.every((match) => match.cacheIsCurrent === true) };
}

/** Persons with an external id by the key they would have if only their number were known. */
function phoneOwners(
  people: readonly Person[],
  matches: ReadonlyMap<Person, PersonMatch>,
): Map<string, Person> {
  const owners = new Map<string, Person>();
  for (const person of people) {
    if (!person.hasExternalId || person.linkOnly || matches.get(person)!.action === 'none') continue;
    for (const name of identityNames(person)) if (name.startsWith(PHONE_KEY)) owners.set(name, person);
  }
  return owners;
}
