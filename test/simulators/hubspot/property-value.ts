/** Checks a value, which is always text, against its property's type. */
import { isEmailAddress, selectedOptions, unknownOption } from '../kit/field-format.ts';
import type { Option, Property } from './property.ts';
import type { Settings } from './settings.ts';

export type Checked = { readonly value: string } | InvalidValue;

export interface InvalidValue {
  readonly name: string;
  readonly error: string;
  readonly message: string;
}

/** https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
const MAX_TEXT_LENGTH = 65_536;

/** `current` is the record's value, for lists that are appended to. An empty text clears the property. */
export function checkValue(property: Property, raw: string, current: string, settings: Settings): Checked {
  const { name, type, modificationMetadata, calculated } = property;
  const refuse = (error: string, message: string): InvalidValue => ({ name, error, message });
  if (modificationMetadata.readOnlyValue || calculated) {
    return refuse('READ_ONLY_VALUE', `"${name}" is a read only property; its value cannot be set.`);
  }
  if (raw === '') return { value: '' };
  switch (type) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(raw)
        ? { value: raw }
        : refuse('INVALID_INTEGER', `${raw} was not a valid number.`);
    case 'bool':
      return raw === 'true' || raw === 'false'
        ? { value: raw }
        : refuse('INVALID_OPTION', `${raw} was not one of the allowed options: [true, false]`);
    case 'date':
      return dateOf(raw) ?? refuse('INVALID_DATE', `${raw} is not midnight UTC.`);
    case 'datetime':
      return datetimeOf(raw) ?? refuse('INVALID_LONG', `${raw} was not a valid long.`);
    case 'enumeration':
      return enumerationOf(property, raw, current, settings);
    default:
      return textOf(property, raw);
  }
}

function dateOf(raw: string): Checked | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(raw) ? Date.parse(raw) : epochMs(raw);
  if (ms === undefined || Number.isNaN(ms) || ms % 86_400_000 !== 0) return undefined;
  return { value: new Date(ms).toISOString().slice(0, 10) };
}

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/;

function datetimeOf(raw: string): Checked | undefined {
  const ms = ISO.test(raw) ? Date.parse(raw) : epochMs(raw);
  if (ms === undefined || Number.isNaN(ms)) return undefined;
  return { value: new Date(ms).toISOString() };
}

function epochMs(raw: string): number | undefined {
  return /^-?\d{1,15}$/.test(raw) ? Number(raw) : undefined;
}

function enumerationOf(property: Property, raw: string, current: string, { owners }: Settings): Checked {
  const { name, fieldType, externalOptions, options } = property;
  if (externalOptions) {
    if (owners.includes(raw)) return { value: raw };
    return { name, error: 'INVALID_OWNER_ID', message: `Owner ${raw} does not exist.` };
  }
  // A leading `;` appends to a multi-select instead of replacing it.
  const isMultiple = fieldType === 'checkbox';
  const values = selectedOptions(isMultiple ? raw.replace(/^;/, '') : raw, isMultiple);
  const unknown = unknownOption(values, options);
  if (unknown !== undefined) {
    const message = `${unknown} was not one of the allowed options: [${options.map(described).join(', ')}]`;
    return { name, error: 'INVALID_OPTION', message };
  }
  const kept = isMultiple && raw.startsWith(';') && current !== '' ? current.split(';') : [];
  return { value: [...new Set([...kept, ...values])].join(';') };
}

function described({ label, value, displayOrder, hidden }: Option): string {
  return `label: "${label}" value: "${value}" displayOrder: ${displayOrder} hidden: ${hidden}`;
}

function textOf({ name, fieldType }: Property, raw: string): Checked {
  if (raw.length > MAX_TEXT_LENGTH) {
    const message = `${name} has ${raw.length} characters, ${MAX_TEXT_LENGTH} are allowed.`;
    return { name, error: 'PROPERTY_VALUE_TOO_LONG', message };
  }
  if (name !== 'email' || fieldType !== 'text') return { value: raw };
  if (!isEmailAddress(raw)) {
    return { name, error: 'INVALID_EMAIL', message: `Email address ${raw} is invalid` };
  }
  return { value: raw.toLowerCase() };
}
