import { ValueClaims } from '../kit/unique-keys.ts';
import { TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Portal } from './portal.ts';
import { checkWrite } from './record-write.ts';

/** Properties of records, by type. `createdate` may be set. */
export type Seed = Partial<Record<TypeName, readonly Readonly<Record<string, string>>[]>>;

/** Adds records that search sees at once; returns their ids in order, contacts first. */
export function seed(portal: Portal, records: Seed): string[] {
  const ids: string[] = [];
  for (const type of TYPE_NAMES) {
    const store = portal.of(type);
    for (const { createdate, ...properties } of records[type] ?? []) {
      const id = portal.nextId();
      const write = { id, record: undefined, properties, claims: new ValueClaims() };
      const values = checkWrite(store, portal.settings, write);
      store.put(id, { ...values, ...(createdate && { [store.type.createdProperty]: createdate }) });
      ids.push(id);
    }
  }
  portal.indexNow();
  return ids;
}
