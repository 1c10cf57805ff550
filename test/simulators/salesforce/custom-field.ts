import { MetadataRefused } from './api-error.ts';
import { type Field, type FieldType, field, option, type PicklistValue } from './field.ts';
import type { Org } from './org.ts';
import { child, childrenOf, type Element, textOf } from './xml.ts';

const TYPES: Readonly<Record<string, FieldType>> = {
  Text: 'string',
  TextArea: 'textarea',
  LongTextArea: 'textarea',
  Picklist: 'picklist',
  MultiselectPicklist: 'multipicklist',
  Checkbox: 'boolean',
  Number: 'double',
  Currency: 'currency',
  Percent: 'percent',
  Date: 'date',
  DateTime: 'datetime',
  Phone: 'phone',
  Email: 'email',
  Url: 'url',
};

/** The metadata that each type requires besides fullName, label and type. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Text: ['length'],
  LongTextArea: ['length', 'visibleLines'],
  Picklist: ['valueSet'],
  MultiselectPicklist: ['valueSet', 'visibleLines'],
  Checkbox: ['defaultValue'],
  Number: ['precision', 'scale'],
  Currency: ['precision', 'scale'],
  Percent: ['precision', 'scale'],
};

/**
 * Creates or changes `Object.Name__c`; a new field is invisible until a permission set grants it.
 * Fields of Activity appear on Task.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm
 */
export function saveCustomField(org: Org, metadata: Element, fullName: string, mayUpdate: boolean): boolean {
  const [object, name] = target(org, fullName);
  const known = org.object(object).fields.get(name);
  if (known && !mayUpdate) {
    const message = `There is already a field named ${name} on ${fullName.split('.')[0]}.`;
    throw new MetadataRefused('DUPLICATE_DEVELOPER_NAME', message);
  }
  const made = fieldOf(metadata, name, fullName);
  if (known && known.type !== made.type) {
    throw new MetadataRefused('FIELD_INTEGRITY_EXCEPTION', `Cannot change the type of ${fullName}`);
  }
  org.addField(object, known ? withInactive(made, known) : made);
  // A checkbox is never empty, but a write need not set it.
  if (!known && (made.nillable || made.type === 'boolean')) org.access.close(object, name);
  return !known;
}

export function customFieldMetadata(org: Org, fullName: string): object | undefined {
  const [object, name] = target(org, fullName);
  const known = org.object(object).fields.get(name);
  if (!known?.custom) return undefined;
  const type = Object.entries(TYPES).find(([, each]) => each === known.type)?.[0];
  const { label, length, unique, externalId, caseSensitive } = known;
  if (known.picklistValues.length > 0) {
    const visibleLines = known.type === 'multipicklist' ? 4 : undefined;
    return { fullName, label, type, visibleLines, valueSet: valueSetOf(known) };
  }
  return { fullName, label, type, length: length || undefined, unique, externalId, caseSensitive };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_field_types.htm */
function valueSetOf({ picklistValues, restrictedPicklist: restricted, valueSetName, controllerName }: Field) {
  if (valueSetName !== undefined) return { restricted, valueSetName };
  const value = picklistValues.map(({ value: fullName, label, active, defaultValue }) => {
    return { fullName, default: defaultValue, isActive: active ? undefined : false, label };
  });
  return { controllingField: controllerName, restricted, valueSetDefinition: { sorted: false, value } };
}

/** Values that a definition omits are deactivated, as the documentation of CustomValue says. */
function withInactive(made: Field, known: Field): Field {
  const omitted = known.picklistValues.filter(
    ({ value }) => !made.picklistValues.some((each) => each.value === value),
  );
  const inactive = omitted.map((each) => ({ ...each, active: false }));
  return { ...made, picklistValues: [...made.picklistValues, ...inactive] };
}

function target(org: Org, fullName: string): [object: string, name: string] {
  const [entity, name, ...more] = fullName.split('.');
  const object = entity === 'Activity' ? 'Task' : entity;
  const exists = org.objects.some((each) => each.name === object);
  if (
    exists &&
    entity !== 'Task' &&
    name !== undefined &&
    /^[A-Za-z]\w*__c$/.test(name) &&
    more.length === 0
  ) {
    return [object!, name];
  }
  throw new MetadataRefused('FIELD_INTEGRITY_EXCEPTION', `Not the name of a custom field: ${fullName}`);
}

function fieldOf(metadata: Element, name: string, fullName: string): Field {
  const stated = textOf(metadata, 'type') ?? '';
  const type = TYPES[stated];
  if (!type) throw new MetadataRefused('INVALID_FIELD', `Unknown field type: ${stated}`);
  checkStated(metadata, stated, fullName);
  const length = Number(textOf(metadata, 'length') ?? (stated === 'TextArea' ? 255 : 0));
  const values = childrenOf(child(child(metadata, 'valueSet'), 'valueSetDefinition'), 'value');
  const is = (flag: string) => textOf(metadata, flag) === 'true';
  return field(name, type, {
    label: textOf(metadata, 'label') ?? name,
    ...(length ? { length } : {}),
    ...numberSize(metadata, type),
    nillable: type !== 'boolean' && !is('required'),
    unique: is('unique'),
    caseSensitive: is('caseSensitive'),
    externalId: is('externalId'),
    idLookup: is('externalId'),
    picklistValues: values.map(picklistValueOf),
    restrictedPicklist: textOf(child(metadata, 'valueSet'), 'restricted') === 'true',
  });
}

function picklistValueOf(value: Element): PicklistValue {
  const given = option(textOf(value, 'fullName') ?? '', textOf(value, 'default') === 'true');
  const label = textOf(value, 'label') || given.label;
  return { ...given, label, active: textOf(value, 'isActive') !== 'false' };
}

function checkStated(metadata: Element, type: string, fullName: string): void {
  const missing = ['label', ...(REQUIRED[type] ?? [])].find((name) => !child(metadata, name));
  if (missing)
    throw new MetadataRefused('REQUIRED_FIELD_MISSING', `Must specify '${missing}' for ${fullName}`);
  if (type === 'Text' && !(Number(textOf(metadata, 'length')) <= 255)) {
    throw new MetadataRefused('NUMBER_OUTSIDE_VALID_RANGE', 'The length of a Text field is at most 255');
  }
  if (type === 'LongTextArea' && fullName.startsWith('Activity.')) {
    throw new MetadataRefused('FIELD_INTEGRITY_EXCEPTION', 'Activities have no long text areas');
  }
}

function numberSize(metadata: Element, type: FieldType): { precision?: number; scale?: number } {
  if (type !== 'double' && type !== 'currency' && type !== 'percent') return {};
  return { precision: Number(textOf(metadata, 'precision')), scale: Number(textOf(metadata, 'scale')) };
}
