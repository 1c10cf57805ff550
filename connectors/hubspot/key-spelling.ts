/**
 * Whether HubSpot distinguishes keys by upper and lower case is not documented, and portals may answer a key in lower
 * case, as they do e-mail addresses. So a contact that was found by a key may be another person's, whose key differs in
 * case only.
 *
 * States of the portal: unknown → keeps (a key with a capital letter came back) or lowers (one came back
 * without). A portal that keeps the case and answers another spelling has another person there. Otherwise the numbers
 * decide: a contact that holds none of the person's numbers, but others, is somebody else.
 */
import type { Person } from '../connector.ts';
import { holdsPhone } from '../engine/persons/holds-phone.ts';
import type { Candidate } from '../engine/persons/match.ts';

export class KeySpelling {
  #state: 'unknown' | 'keeps' | 'lowers' = 'unknown';

  /** Notes a key that was written, and the spelling in which HubSpot returned it. */
  note(sent: string, answered: string): void {
    if (answered !== answered.toLowerCase()) this.#state = 'keeps';
    else if (sent !== answered && sent.toLowerCase() === answered) this.#state = 'lowers';
  }

  /** A contact found by one of these persons' keys: it carries that key, or is marked as another person's. */
  markKeyOfAnother(candidate: Candidate, people: readonly Person[]): Candidate {
    const { key } = candidate;
    if (key === undefined) return candidate;
    if (key !== key.toLowerCase()) this.#state = 'keeps';
    const person = people.find((each) => each.key.toLowerCase() === key.toLowerCase());
    if (!person || (person.key === key && this.#state !== 'lowers')) return candidate;
    const isAnother = this.#state === 'keeps' || hasOtherNumbers(candidate, person);
    return isAnother ? { ...candidate, keyOfAnother: true } : { ...candidate, key: person.key };
  }
}

function hasOtherNumbers({ phones }: Candidate, { identities }: Person): boolean {
  const own = identities.flatMap((each) => (each.by === 'phone' ? each.phone : []));
  if (own.length === 0 || phones.length === 0) return false;
  return !phones.some((written) => own.some((phone) => holdsPhone(written, phone)));
}
