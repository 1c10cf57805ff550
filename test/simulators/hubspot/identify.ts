/** Which record an id means: its own id, or the value of a unique property. */
import { invalid } from './api-error.ts';
import type { ObjectStore } from './portal.ts';
import type { CrmRecord } from './table.ts';

/** Refuses properties that do not tell records apart, whatever the batch's trace ids. */
export function requireUnique({ registry, type }: ObjectStore, idProperty: string): void {
  if (registry.isUnique(idProperty)) return;
  if (!registry.get(idProperty)) {
    const code = 'PROPERTY_DOESNT_EXIST';
    const message = `Property "${idProperty}" does not exist`;
    throw invalid(message, { errors: [{ message, code, context: { propertyName: [idProperty] } }] });
  }
  throw invalid(`Unable to perform update/upsert by non-unique ${type.typeId} property ${idProperty}`);
}

export function identify(
  { table }: ObjectStore,
  idProperty: string | undefined,
  id: string,
): CrmRecord | undefined {
  if (idProperty === undefined) {
    if (!/^\d+$/.test(id)) throw invalid(`Invalid object id '${id}': ids are numbers.`);
    return table.get(id);
  }
  return table.find(idProperty, idProperty === 'email' ? id.toLowerCase() : id);
}
