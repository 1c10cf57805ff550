/** Who the call was with: by the customer's own id, else by the number. */
import type { Identity, Person } from '../../connectors/connector.ts';
import { toPhone } from './coerce/phone.ts';
import { lookUp, type View } from './event-view.ts';
import type { MappingFile } from './schema.ts';

/** Undefined when the event names nobody. `country`: for numbers without a country code. */
export function identify(
  match: MappingFile['match'],
  view: View,
  country: string,
): Omit<Person, 'fields'> | undefined {
  const id = lookUp(view, 'customer.id') as string | undefined;
  const number = lookUp(view, 'customer.phone') as string | undefined;
  const phone = number === undefined ? undefined : toPhone(number, country);
  const key = id ?? (phone && `phone:${phone.e164}`);
  if (key === undefined) return undefined;
  const identities = (match?.by ?? ['key', 'phone']).flatMap((by): Identity[] => {
    if (by === 'phone') return phone ? [{ by, phone }] : [];
    if (by === 'key') return [{ by, value: key }];
    if (id === undefined) return [];
    return by === 'record-id' ? [{ by, value: id }] : [{ by: 'field', field: by.field, value: id }];
  });
  // Our own key always leads back to a person we have written before.
  if (!identities.some(({ by }) => by === 'key')) identities.unshift({ by: 'key', value: key });
  return { key, hasExternalId: id !== undefined, identities };
}
