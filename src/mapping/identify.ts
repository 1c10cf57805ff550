/** Who the call was with: by the customer's own id (`f_id`), else by the phone number. */
import type { Identity, Person } from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { toPhone } from './coerce/phone.ts';
import { clean } from './coerce/text.ts';
import { customerOf } from './event-view.ts';
import type { MappingFile } from './schema/mapping-file.ts';

export type PersonIdentity = Omit<Person, 'fields'>;

/** Undefined when the event names nobody. `country`: for numbers without a country code. */
export function identifyPerson(
  match: MappingFile['match'],
  event: CallEvent,
  country: string,
): PersonIdentity | undefined {
  const customer = customerOf(event);
  // A key with half a character could be neither looked up nor written.
  const id = clean(customer.id ?? '').trim() || undefined;
  const phone = customer.phone === undefined ? undefined : toPhone(customer.phone, country);
  const key = id ?? (phone && `phone:${phone.e164}`);
  if (key === undefined) return undefined;
  const identities = (match?.by ?? ['key', 'phone']).flatMap((by): Identity[] => {
    if (by === 'phone') return phone ? [{ by, phone }] : [];
    if (by === 'key') return [{ by, value: key }];
    if (id === undefined) return [];
    return by === 'record-id' ? [{ by, value: id }] : [{ by: 'field', field: by.field, value: id }];
  });
  // Our own key always finds a person that was written before.
  if (!identities.some(({ by }) => by === 'key')) identities.unshift({ by: 'key', value: key });
  return { key, hasExternalId: id !== undefined, identities };
}

/**
 * Identifies the person of an event once: the batcher asks first, for the concurrency keys of a call, and its record
 * needs the same answer.
 */
export class PersonIdentifier {
  readonly #match: MappingFile['match'];
  readonly #country: string;
  readonly #identified = new WeakMap<CallEvent, PersonIdentity | 'nobody'>();

  constructor(match: MappingFile['match'], country: string) {
    this.#match = match;
    this.#country = country;
  }

  identify(event: CallEvent): PersonIdentity | undefined {
    const cached = this.#identified.get(event);
    if (cached !== undefined) return cached === 'nobody' ? undefined : cached;
    const person = identifyPerson(this.#match, event, this.#country);
    this.#identified.set(event, person ?? 'nobody');
    return person;
  }
}
