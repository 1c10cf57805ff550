/**
 * Who is who: leads the people of a batch to CRM records, by what is remembered, then by what the CRM finds, so
 * that one person is written once. Knows no CRM: looking people up is handed in.
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
import { type Hint, identityNames, recall } from './cache.ts';
import { type Candidate, choose, type PersonMatch, PHONE_KEY } from './match.ts';

export interface Matching {
  readonly personCache: PersonCache;
  readonly policy: MatchPolicy;
  /** Every record that one of these people's identities may lead to; more than fit do no harm. */
  find(unknown: readonly Person[]): Promise<readonly Candidate[]>;
}

/** Answers every person's target by person key; people that are one record share one target. */
export async function resolvePeople(
  people: readonly Person[],
  matching: Matching,
): Promise<ReadonlyMap<string, PersonMatch>> {
  // Who has an id of their own comes before those known by their number only, who may be the same people.
  const ordered = people.toSorted((a, b) => Number(b.hasExternalId) - Number(a.hasExternalId));
  const claims = new Map<string, string>();
  const { targets: found, hints } = await recall(ordered, matching.personCache);
  const unknown = ordered.filter((person) => !found.has(person));
  if (unknown.length > 0) {
    const candidates = await matching.find(unknown.map((person) => withHint(person, hints.get(person))));
    for (const person of unknown) {
      const { key } = hints.get(person) ?? {};
      const sought = key === undefined ? person : withHint(person, { key });
      found.set(person, choose(sought, candidates, claims, matching.policy));
    }
  }
  return gather(people, found);
}

/**
 * People who are looked for by a field that is not there, or that the CRM cannot look up by, would all be created anew:
 * throws CrmError, so that the queue waits until a person mends it. `serves`: can the CRM find a record by this field?
 */
export function requireMatchFields(
  fields: CrmFields,
  { matchFields = [] }: MatchPolicy,
  serves: (field: CrmField) => boolean = () => true,
): void {
  for (const name of matchFields) {
    const field = fields.get(name);
    if (field && serves(field)) continue;
    const fault = field ? 'is not unique in the CRM' : 'the CRM does not have, or does not show';
    throw new CrmError(
      'unauthorized',
      `the mapping finds people by the field ${name}, which ${fault}: mend match.by, or the field`,
    );
  }
}

function withHint(person: Person, { key, id }: Hint = {}): Person {
  const hints: Identity[] = [
    ...(key === undefined ? [] : [{ by: 'key', value: key } as const]),
    ...(id === undefined ? [] : [{ by: 'record-id', value: id } as const]),
  ];
  return { ...person, identities: [...person.identities, ...hints] };
}

/** Joins the targets that are one record: found twice, or found or created by one and sought by number by another. */
function gather(
  people: readonly Person[],
  found: ReadonlyMap<Person, PersonMatch>,
): Map<string, PersonMatch> {
  const owners = ownersOfPhones(people, found);
  const ids = new Map([...found.values()].map(({ key, id }) => [id === undefined ? undefined : key, id]));
  const recordOf = (person: Person): string => {
    const { kind, key, id = ids.get(key) } = found.get(person)!;
    if (id !== undefined) return `id ${id}`;
    // Somebody without an id of their own is whoever has this number in the same batch.
    const owner = kind === 'create' && !person.hasExternalId ? owners.get(person.key) : undefined;
    return owner ? recordOf(owner) : `${kind} ${key}`;
  };
  const targets = new Map<string, PersonMatch>();
  for (const together of Map.groupBy(people, recordOf).values()) {
    const each = together.map((person) => found.get(person)!);
    // Who was found decides over who was only pending.
    const present = each.filter(({ id }) => id !== undefined);
    const all = present.length > 0 ? present : each;
    const chief =
      all.find(({ kind }) => kind === 'adopt') ??
      all.find(({ people: [person] }) => person!.hasExternalId) ??
      all[0]!;
    const remembered = each.every((target) => target.remembered === true);
    const target: PersonMatch = { ...chief, people: together, remembered };
    for (const person of together) targets.set(person.key, target);
  }
  return targets;
}

/** By the key a person would have who is known by the number only. */
function ownersOfPhones(
  people: readonly Person[],
  found: ReadonlyMap<Person, PersonMatch>,
): Map<string, Person> {
  const owners = new Map<string, Person>();
  for (const person of people) {
    if (!person.hasExternalId || person.linkOnly || found.get(person)!.kind === 'none') continue;
    for (const name of identityNames(person)) if (name.startsWith(PHONE_KEY)) owners.set(name, person);
  }
  return owners;
}
