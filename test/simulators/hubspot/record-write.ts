/** Checks the write of one record, before anything is written. */
import { ApiError, type Context, invalid } from './api-error.ts';
import { calculatedPhones } from './phones.ts';
import type { ObjectStore } from './portal.ts';
import { checkValue, type InvalidValue } from './property-value.ts';
import type { Settings } from './settings.ts';
import type { CrmRecord } from './table.ts';

/** Unique values that earlier rows of the batch are about to take: `property value`, and whose. */
export type Claims = Map<string, string>;

/** Answers the values to be stored; throws what HubSpot would say. `id` is the record's, or is to be. */
export function checkWrite(
  store: ObjectStore,
  settings: Settings,
  { id, record, properties, claims }: RecordWrite,
): Record<string, string> {
  const values = checkValues(store, settings, properties, record);
  if (!record) requireProperties(store, values);
  const unique = Object.entries(values).filter(
    ([name, value]) => value !== '' && store.registry.isUnique(name),
  );
  for (const [name, value] of unique) {
    const owner = store.table.find(name, value)?.id ?? claims.get(`${name} ${value}`);
    if (owner !== undefined && owner !== id) throw taken(settings, name, value, id, owner);
  }
  for (const [name, value] of unique) claims.set(`${name} ${value}`, id);
  return { ...values, ...(store.type.name === 'contacts' && calculatedPhones(values, settings.country)) };
}

export interface RecordWrite {
  readonly id: string;
  /** Absent when it is to be created. */
  readonly record: CrmRecord | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly claims: Claims;
}

function checkValues(
  { registry }: ObjectStore,
  settings: Settings,
  properties: Readonly<Record<string, string>>,
  record: CrmRecord | undefined,
): Record<string, string> {
  const values: Record<string, string> = {};
  const refused: InvalidValue[] = [];
  for (const [name, raw] of Object.entries(properties)) {
    const property = registry.get(name);
    const checked = property
      ? checkValue(property, raw, record?.properties[name] ?? '', settings)
      : { name, error: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` };
    if ('value' in checked) values[name] = checked.value;
    else refused.push(checked);
  }
  if (refused.length > 0) throw invalidValues(settings, refused);
  return values;
}

function invalidValues({ refusedIn, portalId }: Settings, refused: readonly InvalidValue[]): ApiError {
  const list = refused.map(({ name, error, message }) => {
    return { isValid: false, message, error, name, localizedErrorMessage: message, portalId };
  });
  const message =
    refusedIn === 'errors'
      ? 'Property values were not valid'
      : `Property values were not valid: ${JSON.stringify(list)}`;
  const errors = refused.map(({ name, error, message }) => {
    return { message, code: error, context: { propertyName: [name] } };
  });
  return invalid(message, refusedIn === 'message' ? {} : { errors });
}

function requireProperties({ type }: ObjectStore, values: Readonly<Record<string, string>>): void {
  const properties = type.required.filter((name) => !values[name]);
  if (properties.length === 0) return;
  const message = `Error creating ${type.label}. Some required properties were not set.`;
  throw invalid(message, { context: { properties } });
}

function taken({ portalId }: Settings, name: string, value: string, id: string, owner: string): ApiError {
  if (name === 'email') {
    const context: Context = { existingId: [owner] };
    const message = `Contact already exists. Existing ID: ${owner}`;
    return new ApiError({ status: 409, category: 'CONFLICT', message, context });
  }
  const coordinates = `PropertyValueCoordinates{portalId=${portalId}, propertyName=${name}, value=${value}}`;
  return invalid(`Cannot set ${coordinates} on ${id}. ${owner} already has that value.`);
}
