/** The identities of all people of a batch, by kind: what a look-up asks the CRM for. */
import type { Person, Phone } from '../../connector.ts';

export interface Identities {
  readonly keys: readonly string[];
  readonly recordIds: readonly string[];
  readonly phones: readonly Phone[];
}

export function identitiesOf(people: readonly Person[]): Identities {
  const all = people.flatMap(({ identities }) => identities);
  return {
    keys: all.flatMap((each) => (each.by === 'key' ? each.value : [])),
    recordIds: all.flatMap((each) => (each.by === 'record-id' ? each.value : [])),
    phones: all.flatMap((each) => (each.by === 'phone' ? each.phone : [])),
  };
}
