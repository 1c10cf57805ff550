/** Checks the write of one record, before anything is written. */
import { otherHolder, type ValueClaims } from '../kit/unique-keys.ts';
import { ApiError, BatchRefused, type Context, invalid, UniqueConflict } from './api-error.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectStore } from './object-store.ts';
import { calculatedPhones } from './phones.ts';
import type { Property } from './property.ts';
import { checkValue, type InvalidValue } from './property-value.ts';
import { refuseFaulty } from './record-faults.ts';
import type { Settings } from './settings.ts';

/** The values to store. `id` is the record's, or the one it will get; throws HubSpot's error. */
export function checkWrite(
  store: ObjectStore,
  settings: Settings,
  { id, record, properties, claims }: RecordWrite,
): Record<string, string> {
  refuseFaulty(store.faults, store.type.name, Object.values(properties));
  const values = checkValues(store, settings, properties, record);
  if (!record) requireProperties(store, values);
  const unique = Object.entries(values).filter(
    ([name, value]) => value !== '' && store.registry.isUnique(name),
  );
  for (const [name, value] of unique) {
    const holder =
      otherHolder(store.records, name, value, (other) => other.id === id)?.id ?? claims.holder(name, value);
    if (holder !== undefined && holder !== id) throw duplicateValue(settings, name, value, id, holder);
  }
  for (const [name, value] of unique) claims.add(name, value, id);
  return { ...values, ...(store.type.name === 'contacts' && calculatedPhones(values, settings.country)) };
}

export interface RecordWrite {
  readonly id: string;
  /** Undefined when the record does not exist yet. */
  readonly record: CrmRecord | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly claims: ValueClaims;
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
    requireScope(property, settings);
    const checked = property
      ? checkValue(property, raw, record?.properties[name] ?? '', settings)
      : { name, error: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` };
    if ('value' in checked) values[name] = checked.value;
    else refused.push(checked);
  }
  if (refused.length > 0) throw invalidValues(settings, refused);
  return values;
}

/** Unverified: HubSpot does not say what such a write gets. */
function requireScope(property: Property | undefined, { missingScopes, sensitiveRefusal }: Settings): void {
  const scope = `crm.objects.contacts.${property?.dataSensitivity}.write`;
  if (!missingScopes.includes(scope)) return;
  const message = `This property holds sensitive data: ${property!.name}.`;
  const context: Context = { requiredGranularScopes: [scope] };
  const refusal = { status: 403, category: 'MISSING_SCOPES', message, context };
  throw sensitiveRefusal === 'request' ? new BatchRefused(refusal) : new ApiError(refusal);
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

function duplicateValue(
  { portalId }: Settings,
  name: string,
  value: string,
  id: string,
  holder: string,
): ApiError {
  if (name === 'email') {
    const context: Context = { existingId: [holder] };
    const message = `Contact already exists. Existing ID: ${holder}`;
    return new UniqueConflict({ status: 409, category: 'CONFLICT', message, context });
  }
  const coordinates = `PropertyValueCoordinates{portalId=${portalId}, propertyName=${name}, value=${value}}`;
  const message = `Cannot set ${coordinates} on ${id}. ${holder} already has that value.`;
  return new UniqueConflict({ status: 400, category: 'VALIDATION_ERROR', message });
}
