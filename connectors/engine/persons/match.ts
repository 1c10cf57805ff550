/**
 * Decides which CRM record a person is, and how it may be used.
 *
 * A match is in one of four states:
 *   update   the record carries the match's key
 *   adopt    the record was found by phone, field or record id; the key is still to be written to it
 *   create   the CRM has no such record yet
 *   none     nobody is to be written; the calls are logged on their own when `logsCalls`
 *
 * Invariants:
 * - A record that carries another external id is somebody else, unless the person has no external id.
 * - A key made of a phone number is nobody's external id: a person with one replaces it.
 * - Two persons of a batch never adopt the same record under two keys (`assignedKeys`).
 * - What a user merged is one person, whatever keys it has: a former record id is stronger than a key.
 * - Nobody is created under a key that the CRM takes for another person's (`rejection`).
 */
import type { Identity, MatchPolicy, Person, Unassigned } from '../../connector.ts';
import { KEY_TAKEN, type Rejection } from '../rows/rejection.ts';
import { holdsPhone } from './holds-phone.ts';

/** A CRM record that may be one of the persons looked for. */
export interface Candidate {
  readonly id: string;
  /** Ids it had before a user merged records into it: each of them leads to it. */
  readonly formerIds?: readonly string[];
  /** Where people may be records of several objects: the object's place in their order. A lower one wins. */
  readonly rank?: number;
  /** The person key it carries; absent when it carries none. */
  readonly key?: string | undefined;
  /** It was found by a key of the batch that differs from its own in case only: it is another person. */
  readonly keyOfAnother?: boolean;
  /** Its phone numbers, as they are written in the CRM. */
  readonly phones: readonly string[];
  /** Ms since the epoch. */
  readonly createdAt: number;
  /** Its values of the fields asked for, as text; `''` when empty. */
  readonly values: ReadonlyMap<string, string>;
}

/** One CRM record and all persons of the batch that are it. */
export interface PersonMatch {
  readonly action: 'update' | 'adopt' | 'create' | 'none';
  readonly people: readonly Person[];
  readonly key: string;
  /** The record's id; present for `update` and `adopt`. */
  readonly id?: string;
  /** For `adopt`: the phone-made key that the record carried; calls from that number are this person's. */
  readonly previousKey?: string;
  /** Fields that are empty in the CRM and may be filled. */
  readonly empty: readonly string[];
  /** Current values where they were read. */
  readonly values: ReadonlyMap<string, string>;
  /** For `create`: the CRM would write it to another person, so it is not written. */
  readonly rejection?: Rejection;
  /** Nothing to cache: the cache holds it under every name of its people, or it is only linked to. */
  readonly cacheIsCurrent?: boolean;
  /** For `none`: the calls are logged all the same, without a person. */
  readonly logsCalls?: boolean;
  /** For `none`: why, as a code and in words. */
  readonly unassigned?: Unassigned;
  readonly note?: string;
  /** The identity that led to records, and all of them; absent when none did, or nobody asked the CRM. */
  readonly found?: FoundBy;
}

export interface FoundBy {
  readonly identity: Identity;
  readonly candidates: readonly Candidate[];
}

/** Begins the keys that are made of a phone number. */
export const PHONE_KEY = 'phone:';

/**
 * Tries the person's identities in order. `assignedKeys`: record id → the key it is about to get in this batch; grows
 * by what is adopted here.
 */
export function matchPerson(
  person: Person,
  candidates: readonly Candidate[],
  assignedKeys: Map<string, string>,
  policy: MatchPolicy,
): PersonMatch {
  const current = candidates.map((each) => ({ ...each, key: assignedKeys.get(each.id) ?? each.key }));
  const found = findBy(person, current);
  const candidate = found && pickOne(found.candidates, policy);
  if (candidate) {
    if (person.linkOnly) return { ...linkTo(person, candidate), found };
    const match = matchRecord(person, candidate, policy);
    if (match.action === 'adopt') assignedKeys.set(candidate.id, match.key);
    return { ...match, found };
  }
  if (found) {
    const note = 'several people match and the mapping says onMany: skip';
    return { ...nobody(person, 'SEVERAL_MATCHES', note, false), found };
  }
  const match = notFound(person, policy);
  return match.action === 'create' && isKeyTaken(person, current)
    ? { ...match, rejection: KEY_TAKEN }
    : match;
}

/**
 * Does the CRM answer another spelling when it is asked for this key? Then it compares keys without regard to case, and
 * a record created under it would be the other person's.
 */
function isKeyTaken({ key }: Person, candidates: readonly Candidate[]): boolean {
  const folded = key.toLowerCase();
  return candidates.some(
    (each) => (each.keyOfAnother || each.key !== key) && each.key?.toLowerCase() === folded,
  );
}

/** May this person be written to a record that carries this key? Undefined: it is somebody else's. */
export function usageOf(person: Person, key: string | undefined): 'update' | 'adopt' | undefined {
  if (key === undefined || key === '') return person.linkOnly ? 'update' : 'adopt';
  if (key === person.key || !person.hasExternalId) return 'update';
  if (!key.startsWith(PHONE_KEY)) return undefined;
  return person.linkOnly ? 'update' : 'adopt';
}

/** A match with this record by record id or by a field of the customer's is used even if it carries another key. */
export function matchRecord(
  person: Person,
  { id, key, values }: Candidate,
  policy: MatchPolicy,
): PersonMatch {
  const action = usageOf(person, key) ?? 'update';
  const empty = policy.ifEmpty.filter((field) => (values.get(field) ?? '') === '');
  if (action === 'update') return { action, people: [person], key: key!, id, empty, values };
  return { action, people: [person], key: person.key, id, empty, values, ...(key && { previousKey: key }) };
}

/** Those of these records that the person may be, by the first identity that leads to some. */
export function candidatesOf(person: Person, candidates: readonly Candidate[]): readonly Candidate[] {
  return findBy(person, candidates)?.candidates ?? [];
}

function findBy(person: Person, candidates: readonly Candidate[]): FoundBy | undefined {
  const byRank = Map.groupBy(candidates, ({ rank = 0 }) => rank);
  for (const [, some] of [...byRank].toSorted(([a], [b]) => a - b)) {
    const found = findAmong(person, some);
    if (found) return found;
  }
  return undefined;
}

function findAmong(person: Person, candidates: readonly Candidate[]): FoundBy | undefined {
  for (const identity of person.identities) {
    const found = candidates.filter((candidate) => {
      switch (identity.by) {
        case 'key':
          return candidate.key === identity.value && !candidate.keyOfAnother;
        case 'record-id':
          return candidate.id === identity.value || candidate.formerIds?.includes(identity.value) === true;
        case 'field':
          // CRMs compare unique texts without regard to case: emails come back in lower case.
          return candidate.values.get(identity.field)?.toLowerCase() === identity.value.toLowerCase();
        case 'phone':
          return (
            usageOf(person, candidate.key) !== undefined &&
            candidate.phones.some((phone) => holdsPhone(phone, identity.phone))
          );
        default:
          return identity satisfies never;
      }
    });
    // A record that several queries find is one record.
    const distinct = [...new Map(found.map((each) => [each.id, each])).values()];
    if (distinct.length > 0) return { identity, candidates: distinct };
  }
  return undefined;
}

function pickOne(found: readonly Candidate[], policy: MatchPolicy): Candidate | undefined {
  if (found.length <= 1) return found[0];
  if (policy.onMany === 'skip') return undefined;
  const byAge = found.toSorted((a, b) => a.createdAt - b.createdAt);
  return policy.onMany === 'oldest' ? byAge[0] : byAge.at(-1);
}

/** A record that is only linked to need not carry a key, and nothing about it is cached. */
function linkTo(person: Person, { id, key, values }: Candidate): PersonMatch {
  const match = { people: [person], key: key ?? person.key, id, empty: [], values };
  return { ...match, action: 'update', cacheIsCurrent: true };
}

function notFound(person: Person, policy: MatchPolicy): PersonMatch {
  if (person.linkOnly) return nobody(person, 'NO_MATCH', 'nobody matches', true);
  switch (policy.onMissing) {
    case 'create':
      return {
        action: 'create',
        people: [person],
        key: person.key,
        empty: policy.ifEmpty,
        values: new Map(),
      };
    case 'log-only':
      return nobody(person, 'NO_MATCH', 'nobody matches and the mapping says onMissing: log-only', true);
    case 'skip':
      return nobody(person, 'NO_MATCH', 'nobody matches and the mapping says onMissing: skip', false);
    default:
      return policy.onMissing satisfies never;
  }
}

function nobody(person: Person, unassigned: Unassigned, note: string, logsCalls: boolean): PersonMatch {
  const match = { people: [person], key: person.key, empty: [], values: new Map() };
  return { ...match, action: 'none', unassigned, note, logsCalls };
}
