/**
 * Who is who: leads the people of a batch to CRM records, by what is remembered, then by what the CRM finds, so
 * that one person is written once. Knows no CRM: looking people up is handed in.
 */
import {
  CrmError,
  type CrmField,
  type CrmFields,
  type FieldWrite,
  type Identity,
  type KnownPerson,
  type MatchPolicy,
  type Person,
  type PersonMemory,
} from './connector.ts';
import { type Candidate, choose, howToUse, PHONE_KEY, type Target } from './match.ts';

export { type Candidate, howToUse, type Target } from './match.ts';

export interface Matching {
  readonly memory: PersonMemory;
  readonly policy: MatchPolicy;
  /** Every record that one of these people's identities may lead to; more than fit do no harm. */
  find(unknown: readonly Person[]): Promise<readonly Candidate[]>;
}

/** Answers every person's target by person key; people that are one record share one target. */
export async function resolvePeople(
  people: readonly Person[],
  matching: Matching,
): Promise<ReadonlyMap<string, Target>> {
  // Who has an id of their own comes before those known by their number only, who may be the same people.
  const ordered = people.toSorted((a, b) => Number(b.claimed) - Number(a.claimed));
  const claims = new Map<string, string>();
  const { targets: found, hints } = await recall(ordered, matching.memory);
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

/** What to write to a target: what later calls say wins, `if-empty` only where empty, `append` onto what is there. */
export function fieldsOf(target: Target): readonly FieldWrite[] {
  const writes = new Map<string, FieldWrite>();
  for (const { passive, fields } of target.people) {
    if (passive) continue;
    for (const write of fields) {
      const filled = target.kind !== 'create' && !target.empty.includes(write.field);
      if (write.when === 'if-empty' && filled) continue;
      if (isOutdated(write, writes.get(write.field))) continue;
      writes.set(write.field, joined(writes.get(write.field), write));
    }
  }
  return [...writes.values()];
}

function isOutdated(write: FieldWrite, other: FieldWrite | undefined): boolean {
  return write.when === 'newest' && other?.when === 'newest' && (write.at ?? 0) < (other.at ?? 0);
}

/** The record ids of those people who are remembered, by person key: whom what was written before was written to. */
export async function recordsOf(
  people: readonly Person[],
  memory: PersonMemory,
): Promise<ReadonlyMap<string, string>> {
  const { targets, hints } = await recall(people, memory);
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
export async function announcePeople(targets: readonly Target[], memory: PersonMemory): Promise<void> {
  const known = new Map<string, KnownPerson>();
  for (const target of targets) {
    const { kind, key, empty, id } = target;
    if (kind === 'create') for (const name of namesOf(target)) known.set(name, { key, empty });
    if (kind === 'adopt')
      for (const name of namesOf(target)) known.set(name, { id: id!, key, empty, announced: true });
  }
  await memory.remember(known);
}

function namesOf({ people, formerly }: Target): string[] {
  return [...people.flatMap(identityNames), ...(formerly === undefined ? [] : [formerly])];
}

/** Notes where the people of written targets are, so that neither the CRM's search lag nor the next batch asks again. */
export async function rememberPeople(
  written: readonly { readonly target: Target; readonly id: string }[],
  { memory, policy }: Pick<Matching, 'memory' | 'policy'>,
): Promise<void> {
  const known = new Map<string, KnownPerson>();
  for (const { target, id } of written) {
    const filled = new Set(fieldsOf(target).map(({ field }) => field));
    const before = target.kind === 'create' ? policy.ifEmpty : target.empty;
    const empty = before.filter((field) => !filled.has(field));
    if (target.remembered && target.kind === 'known' && empty.length === before.length) continue;
    for (const name of namesOf(target)) known.set(name, { id, key: target.key, empty });
  }
  await memory.remember(known);
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

async function recall(
  people: readonly Person[],
  memory: PersonMemory,
): Promise<{ targets: Map<Person, Target>; hints: ReadonlyMap<Person, Hint> }> {
  const names = [...new Set(people.flatMap(identityNames))];
  const entries = await memory.recall(names);
  const byName = new Map(names.map((name, index) => [name, entries[index]]));
  const targets = new Map<Person, Target>();
  const hints = new Map<Person, Hint>();
  for (const person of people) {
    for (const name of identityNames(person)) {
      const known = byName.get(name);
      if (!known) continue;
      const { id, empty, key: carried } = known;
      const kind = howToUse(person, carried);
      if (!kind) continue;
      if (id === undefined) {
        // By its key it is written once, whether it is there already or not.
        if (kind === 'adopt') hints.set(person, { key: carried });
        else
          targets.set(person, { kind: 'create', people: [person], key: carried, empty, values: new Map() });
        break;
      }
      if (kind === 'adopt' || (known.announced && carried === person.key)) {
        // It is looked at before it is given a key: a crash may have kept from us whether it has got one.
        hints.set(person, { id });
        break;
      }
      const remembered = identityNames(person).every((each) => {
        const entry = byName.get(each);
        return entry?.id === id && entry.key === carried;
      });
      const values = new Map<string, string>();
      const target = { kind, people: [person], key: carried, id, empty, values } as const;
      targets.set(person, { ...target, recalled: true, remembered });
      break;
    }
  }
  return { targets, hints };
}

/** Where a person who now has a key of their own may be: under the key made of the number, or this record. */
interface Hint {
  readonly key?: string;
  readonly id?: string;
}

function withHint(person: Person, { key, id }: Hint = {}): Person {
  const hints: Identity[] = [
    ...(key === undefined ? [] : [{ by: 'key', value: key } as const]),
    ...(id === undefined ? [] : [{ by: 'record-id', value: id } as const]),
  ];
  return { ...person, identities: [...person.identities, ...hints] };
}

/** Joins the targets that are one record: found twice, or found or created by one and sought by number by another. */
function gather(people: readonly Person[], found: ReadonlyMap<Person, Target>): Map<string, Target> {
  const owners = ownersOfPhones(people, found);
  const ids = new Map([...found.values()].map(({ key, id }) => [id === undefined ? undefined : key, id]));
  const recordOf = (person: Person): string => {
    const { kind, key, id = ids.get(key) } = found.get(person)!;
    if (id !== undefined) return `id ${id}`;
    // Somebody without an id of their own is whoever has this number in the same batch.
    const owner = kind === 'create' && !person.claimed ? owners.get(person.key) : undefined;
    return owner ? recordOf(owner) : `${kind} ${key}`;
  };
  const targets = new Map<string, Target>();
  for (const together of Map.groupBy(people, recordOf).values()) {
    const each = together.map((person) => found.get(person)!);
    // Who was found decides over who was only announced.
    const present = each.filter(({ id }) => id !== undefined);
    const all = present.length > 0 ? present : each;
    const chief =
      all.find(({ kind }) => kind === 'adopt') ??
      all.find(({ people: [person] }) => person!.claimed) ??
      all[0]!;
    const remembered = each.every((target) => target.remembered === true);
    const target: Target = { ...chief, people: together, remembered };
    for (const person of together) targets.set(person.key, target);
  }
  return targets;
}

/** By the key a person would have who is known by the number only. */
function ownersOfPhones(people: readonly Person[], found: ReadonlyMap<Person, Target>): Map<string, Person> {
  const owners = new Map<string, Person>();
  for (const person of people) {
    if (!person.claimed || person.passive || found.get(person)!.kind === 'none') continue;
    for (const name of identityNames(person)) if (name.startsWith(PHONE_KEY)) owners.set(name, person);
  }
  return owners;
}

/** Lists that two people add to one field are both added. */
function joined(earlier: FieldWrite | undefined, write: FieldWrite): FieldWrite {
  if (write.when !== 'append' || !Array.isArray(earlier?.value) || !Array.isArray(write.value)) return write;
  return { ...write, value: [...new Set([...earlier.value, ...write.value])] };
}
