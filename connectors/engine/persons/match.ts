/** Which of the CRM's records a person is, and how it may be used: as it is, adopted, or not at all. */
import type { MatchPolicy, Person, Phone } from '../../connector.ts';

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
export interface PersonMatch {
  /**
   * `known`: carries `key`. `adopt`: found otherwise, `key` is to be written to it. `create`: not there yet.
   * `none`: is not to be written, and its calls neither unless `logs`.
   */
  readonly kind: 'known' | 'adopt' | 'create' | 'none';
  readonly people: readonly Person[];
  readonly key: string;
  /** The record's id; present for `known` and `adopt`. */
  readonly id?: string;
  /** For `adopt`: the key made of a phone number that the record carried; whoever calls from there is this person. */
  readonly formerly?: string;
  /** Fields that are empty in the CRM and may be filled. */
  readonly empty: readonly string[];
  /** Current values where they were read. */
  readonly values: ReadonlyMap<string, string>;
  /** Known from personCache: the record was not looked at, and may carry another key by now, or be gone. */
  readonly recalled?: boolean;
  /** There is nothing to remember: it came from memory under every name of its people, or is only linked to. */
  readonly remembered?: boolean;
  /** For `none`: the calls are logged all the same, without a person. */
  readonly logs?: boolean;
  /** For `none`: why. */
  readonly note?: string;
}

/** Keys made of a phone number begin so; they are nobody's own id. */
export const PHONE_KEY = 'phone:';

/**
 * Tries the person's identities in turn. `claims`: record id → the key it is about to get in this batch, which
 * grows by what is adopted here, so that two people never adopt the same record.
 */
export function choose(
  person: Person,
  candidates: readonly Candidate[],
  claims: Map<string, string>,
  policy: MatchPolicy,
): PersonMatch {
  const hasExternalId = candidates.map((each) => ({ ...each, key: claims.get(each.id) ?? each.key }));
  const matches = firstMatches(person, hasExternalId);
  const match = pick(matches, policy);
  if (match) {
    if (person.linkOnly) return link(person, match);
    const target = use(person, match, policy);
    if (target.kind === 'adopt') claims.set(match.id, target.key);
    return target;
  }
  if (matches.length > 1)
    return nobody(person, false, 'several people match and the mapping says onMany: skip');
  return missing(person, policy);
}

/**
 * May this person be written to a record that carries this key? A record without a key is adopted. One with
 * somebody's own id is somebody else, unless the person has no id of their own; a key made of a phone number is
 * nobody's id, so whoever has one replaces it.
 */
export function howToUse(person: Person, key: string | undefined): 'known' | 'adopt' | undefined {
  if (key === undefined || key === '') return person.linkOnly ? 'known' : 'adopt';
  if (key === person.key || !person.hasExternalId) return 'known';
  if (!key.startsWith(PHONE_KEY)) return undefined;
  return person.linkOnly ? 'known' : 'adopt';
}

/** Does the CRM hold this number, however it is written there? Compares digits. */
export function holdsPhone(written: string, { e164, national, textForms: forms }: Phone): boolean {
  const digits = digitsOf(written);
  if (digits === '') return false;
  // A country code tells numbers apart that are the same within their countries: +1 551… is not Mexico's 1 551….
  if (/^\s*(\+|00)/.test(written)) {
    const international = digits.replace(/^00/, '');
    return [e164, ...forms].some((form) => form.startsWith('+') && digitsOf(form) === international);
  }
  return national.includes(digits) || [e164, ...forms].some((form) => digitsOf(form) === digits);
}

function firstMatches(person: Person, candidates: readonly Candidate[]): readonly Candidate[] {
  for (const identity of person.identities) {
    const matches = candidates.filter((candidate) => {
      switch (identity.by) {
        case 'key':
          return candidate.key === identity.value;
        case 'record-id':
          return candidate.id === identity.value;
        case 'field':
          // CRMs compare unique texts without regard to case: emails come back in lower case.
          return candidate.values.get(identity.field)?.toLowerCase() === identity.value.toLowerCase();
        case 'phone':
          return (
            howToUse(person, candidate.key) !== undefined &&
            candidate.phones.some((phone) => holdsPhone(phone, identity.phone))
          );
        default:
          return identity satisfies never;
      }
    });
    if (matches.length > 0) return matches;
  }
  return [];
}

function pick(matches: readonly Candidate[], policy: MatchPolicy): Candidate | undefined {
  if (matches.length <= 1) return matches[0];
  if (policy.onMany === 'skip') return undefined;
  const byAge = matches.toSorted((a, b) => a.createdAt - b.createdAt);
  return policy.onMany === 'oldest' ? byAge[0] : byAge.at(-1);
}

/** A match by id or by a field of the customer's is meant, so it is used even if it carries another key. */
function use(person: Person, { id, key, values }: Candidate, policy: MatchPolicy): PersonMatch {
  const kind = howToUse(person, key) ?? 'known';
  const empty = policy.ifEmpty.filter((field) => (values.get(field) ?? '') === '');
  if (kind === 'known') return { kind, people: [person], key: key!, id, empty, values };
  return { kind, people: [person], key: person.key, id, empty, values, ...(key && { formerly: key }) };
}

/** A record that is only linked to need not carry a key, and nothing about it is remembered. */
function link(person: Person, { id, key, values }: Candidate): PersonMatch {
  return { kind: 'known', people: [person], key: key ?? person.key, id, empty: [], values, remembered: true };
}

function missing(person: Person, policy: MatchPolicy): PersonMatch {
  if (person.linkOnly) return nobody(person, true, 'nobody matches');
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

function nobody(person: Person, logs: boolean, note: string): PersonMatch {
  return { kind: 'none', people: [person], key: person.key, empty: [], values: new Map(), logs, note };
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
