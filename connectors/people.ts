/**
 * Who is who: leads the people of a batch to CRM records, by what is remembered, then by key, then by phone,
 * and decides whether to use a record, adopt it or create one. Knows no CRM: looking people up is handed in.
 */
import type { FieldWrite, KnownPerson, MatchPolicy, Person, PersonMemory, Phone } from './connector.ts';

/** A record of the CRM that may be one of the people looked for. */
export interface Candidate {
  readonly id: string;
  /** The person key it carries; absent when it carries none. */
  readonly key?: string | undefined;
  /** Its phone numbers, as they are written in the CRM. */
  readonly phones: readonly string[];
  /** Ms since the epoch. */
  readonly createdAt: number;
  /** Its values of the fields asked for, as text; `''` when empty. */
  readonly values: ReadonlyMap<string, string>;
}

/** One CRM record and all people of the batch that are it. */
export interface Target {
  /**
   * `known`: carries `key`. `adopt`: found otherwise, `key` is to be written to it. `create`: not there yet.
   * `none`: is not to be written, and its calls neither unless `logs`.
   */
  readonly kind: 'known' | 'adopt' | 'create' | 'none';
  readonly people: readonly Person[];
  readonly key: string;
  /** The record's id; present for `known` and `adopt`. */
  readonly id?: string;
  /** Fields that are empty in the CRM and may be filled. */
  readonly empty: readonly string[];
  /** Current values where they were read. */
  readonly values: ReadonlyMap<string, string>;
  /** Came from memory, under every name of its people. */
  readonly remembered?: boolean;
  /** For `none`: the calls are logged all the same, without a person. */
  readonly logs?: boolean;
  /** For `none`: why. */
  readonly note?: string;
}

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
  const claims = new Map<string, string>();
  const found = await recall(claimedFirst(people), matching.memory, claims);
  const unknown = claimedFirst(people).filter((person) => !found.has(person));
  if (unknown.length > 0) {
    const candidates = await matching.find(unknown);
    for (const person of unknown) found.set(person, choose(person, candidates, claims, matching.policy));
  }
  return gather(people, found);
}

/** What to write to a target: later people's fields win, `if-empty` only where empty, `append` onto what is there. */
export function fieldsOf(target: Target): readonly FieldWrite[] {
  const writes = new Map<string, FieldWrite>();
  for (const person of target.people) {
    for (const write of person.fields) {
      const blocked =
        write.when === 'if-empty' && target.kind !== 'create' && !target.empty.includes(write.field);
      if (!blocked) writes.set(write.field, write);
    }
  }
  return [...writes.values()];
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
    const person = { id, key: target.key, empty: before.filter((field) => !filled.has(field)) };
    const settled =
      target.kind === 'known' && before.length === person.empty.length && target.values.size === 0;
    if (settled && target.people.length === 1) continue;
    for (const name of target.people.flatMap(identityNames)) known.set(name, person);
  }
  await memory.remember(known);
}

/** The names under which a person is remembered, the surest first. */
export function identityNames(person: Person): string[] {
  const names = [`key:${person.key}`];
  for (const identity of person.identities) {
    if (identity.by === 'phone') names.push(`phone:${identity.phone.e164}`);
  }
  return [...new Set(names)];
}

/** Does the CRM hold this number, however it is written there? Compares digits. */
export function holdsPhone(written: string, phone: Phone): boolean {
  const digits = written.replace(/\D/g, '').replace(/^00/, '');
  if (digits === '') return false;
  return phone.national.includes(digits) || phone.written.some((form) => form.replace(/\D/g, '') === digits);
}

/** Who has an id of their own comes before those known by their number only, who may be the same people. */
function claimedFirst(people: readonly Person[]): Person[] {
  return people.toSorted((a, b) => Number(b.claimed) - Number(a.claimed));
}

/** `claims`: record id → the key it is about to get in this batch; filled here, so that nobody else adopts it. */
async function recall(
  people: readonly Person[],
  memory: PersonMemory,
  claims: Map<string, string>,
): Promise<Map<Person, Target>> {
  const names = [...new Set(people.flatMap(identityNames))];
  const entries = await memory.recall(names);
  const byName = new Map(names.map((name, index) => [name, entries[index]]));
  const targets = new Map<Person, Target>();
  for (const person of people) {
    for (const name of identityNames(person)) {
      const known = byName.get(name);
      if (!known) continue;
      const carried = claims.get(known.id) ?? known.key;
      const kind = howToUse(person, carried);
      if (!kind) continue;
      const key = kind === 'adopt' ? person.key : carried;
      if (kind === 'adopt' && !person.passive) claims.set(known.id, key);
      const remembered = identityNames(person).every((each) => byName.get(each)?.id === known.id);
      const { id, empty } = known;
      targets.set(person, { kind, people: [person], key, id, empty, values: new Map(), remembered });
      break;
    }
  }
  return targets;
}

/**
 * May this person be written to a record that carries this key? A record without a key is adopted. One with
 * somebody's own id is somebody else, unless the person has no id of their own; a key made of a phone number is
 * nobody's id, so whoever has one replaces it.
 */
function howToUse(person: Person, key: string | undefined): 'known' | 'adopt' | undefined {
  if (key === undefined || key === '') return 'adopt';
  if (key === person.key || !person.claimed) return 'known';
  return key.startsWith(PHONE_KEY) ? 'adopt' : undefined;
}

const PHONE_KEY = 'phone:';

function choose(
  person: Person,
  candidates: readonly Candidate[],
  claims: Map<string, string>,
  policy: MatchPolicy,
): Target {
  const keyOf = ({ id, key }: Candidate) => claims.get(id) ?? key;
  for (const identity of person.identities) {
    const matches = candidates.filter((candidate) => {
      switch (identity.by) {
        case 'key':
          return keyOf(candidate) === identity.value;
        case 'record-id':
          return candidate.id === identity.value;
        case 'field':
          return candidate.values.get(identity.field) === identity.value;
        case 'phone':
          return (
            howToUse(person, keyOf(candidate)) !== undefined &&
            candidate.phones.some((phone) => holdsPhone(phone, identity.phone))
          );
        default:
          return identity satisfies never;
      }
    });
    const match = pick(matches, policy);
    if (match === 'too many')
      return nobody(person, false, 'several people match and the mapping says onMany: skip');
    if (match) {
      if (person.passive) return link(person, match, policy);
      const target = using(person, { ...match, key: keyOf(match) }, policy);
      if (target.kind === 'adopt') claims.set(match.id, target.key);
      return target;
    }
  }
  if (person.passive) return nobody(person, true, 'nobody matches');
  switch (policy.onMissing) {
    case 'create':
      return { kind: 'create', people: [person], key: person.key, empty: policy.ifEmpty, values: new Map() };
    case 'log-only':
      return nobody(person, true, 'nobody matches and the mapping says onMissing: log-only');
    case 'skip':
      return nobody(person, false, 'nobody matches and the mapping says onMissing: skip');
    default:
      return policy.onMissing satisfies never;
  }
}

function pick(matches: readonly Candidate[], policy: MatchPolicy): Candidate | 'too many' | undefined {
  if (matches.length <= 1) return matches[0];
  if (policy.onMany === 'skip') return 'too many';
  const byAge = matches.toSorted((a, b) => a.createdAt - b.createdAt);
  return policy.onMany === 'oldest' ? byAge[0] : byAge.at(-1);
}

/** A match by id or by a field of the customer's is meant, so it is used even if it carries another key. */
function using(person: Person, { id, key, values }: Candidate, policy: MatchPolicy): Target {
  const kind = howToUse(person, key) ?? 'known';
  const empty = policy.ifEmpty.filter((field) => (values.get(field) ?? '') === '');
  return { kind, people: [person], key: kind === 'adopt' ? person.key : key!, id, empty, values };
}

/** A record that is only linked to: whether it carries a key does not matter, and nothing about it is remembered. */
function link(person: Person, candidate: Candidate, policy: MatchPolicy): Target {
  const target = using(person, candidate, policy);
  return { ...target, kind: 'known', key: candidate.key ?? person.key, remembered: true };
}

function nobody(person: Person, logs: boolean, note: string): Target {
  return { kind: 'none', people: [person], key: person.key, empty: [], values: new Map(), logs, note };
}

/** Joins the targets that are one record: found twice, or about to be created twice for one phone number. */
function gather(people: readonly Person[], found: ReadonlyMap<Person, Target>): Map<string, Target> {
  const creations = new Map<string, string>();
  for (const person of people) {
    if (found.get(person)?.kind !== 'create' || !person.claimed) continue;
    for (const name of identityNames(person)) if (name.startsWith(PHONE_KEY)) creations.set(name, person.key);
  }
  const recordOf = (person: Person) => {
    const target = found.get(person)!;
    if (target.id !== undefined) return `id ${target.id}`;
    // Somebody without an id of their own is whoever is being created with this number.
    const alias = target.kind === 'create' && !person.claimed ? creations.get(person.key) : undefined;
    return `${target.kind} ${alias ?? target.key}`;
  };
  const records = Map.groupBy(people, recordOf);
  const targets = new Map<string, Target>();
  for (const together of records.values()) {
    const chief =
      together.find((person) => found.get(person)!.kind === 'adopt') ??
      together.find((p) => p.claimed) ??
      together[0]!;
    const target = { ...found.get(chief)!, people: together };
    for (const person of together) targets.set(person.key, target);
  }
  return targets;
}
