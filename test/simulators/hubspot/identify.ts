/** Finds a record by its id or by the value of a unique property. */
import { invalid } from './api-error.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectStore } from './object-store.ts';

/** Rejects the request when the property is not unique; trace ids make no difference. */
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
  store: ObjectStore,
  idProperty: string | undefined,
  id: string,
  forwards = false,
): CrmRecord | undefined {
  if (idProperty === undefined) {
    if (!/^\d+$/.test(id)) throw invalid(`Invalid object id '${id}': ids are numbers.`);
    return store.records.get(id) ?? (forwards ? store.successor(id) : undefined);
  }
  return store.findUnique(idProperty, idProperty === 'email' ? id.toLowerCase() : id);
}
