/**
 * The names by which the calls of a person are found again: those of the person cache, whatever the mapping matches by.
 * Personal data: stored only as hashes.
 */
import { identityNames } from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { toPhone } from './coerce/phone.ts';
import { identifyPerson } from './identify.ts';

/** `country`: for numbers without a country code. */
export function personNamer(country: string): (event: CallEvent) => readonly string[] {
  return (event) => {
    const person = identifyPerson(undefined, event, country);
    return person ? identityNames(person) : [];
  };
}

/** By the customer's own id. */
export function nameOfId(fId: string): string {
  return `key:${fId.trim()}`;
}

/** By a phone number in any notation; undefined when the text holds none. */
export function nameOfPhone(text: string, country: string): string | undefined {
  const phone = toPhone(text, country);
  return phone && `phone:${phone.e164}`;
}
