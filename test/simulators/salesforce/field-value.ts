import { isEmailAddress, selectedOptions, unknownOption } from '../kit/field-format.ts';
import { ApiError, RecordRefused } from './api-error.ts';
import type { Field } from './field.ts';
import { isRecordId } from './record-id.ts';
import type { Value } from './row.ts';

/**
 * The value as it is stored. A value of the wrong JSON type rejects the whole request; a value that does not fit the
 * field rejects its record.
 */
export function storedValue(field: Field, value: unknown): Value {
  if (value === null || value === undefined || value === '') return field.type === 'boolean' ? false : null;
  if (typeof value === 'object') throw cannotDeserialize(field, value);
  switch (field.type) {
    case 'boolean':
      return expectThat(typeof value === 'boolean', field, value);
    case 'int':
      return expectThat(Number.isInteger(value), field, value);
    case 'double':
    case 'currency':
    case 'percent':
      return withinPrecision(field, expectThat(typeof value === 'number', field, value) as number);
    case 'date':
      return expectThat(isDate(value), field, value);
    case 'datetime':
      return storedDatetime(expectThat(isDatetime(value), field, value) as string);
    case 'id':
    case 'reference':
      if (!isRecordId(value)) {
        const message = `${field.label}: id value of incorrect type: ${value}`;
        throw new RecordRefused('MALFORMED_ID', message, [field.name]);
      }
      return value;
    default:
      return storedText(field, value as string | number | boolean);
  }
}

/** `2024-12-19T10:00:00.000+0000`, as the REST API writes it. */
export function storedDatetime(text: string | number): string {
  return new Date(text).toISOString().replace('Z', '+0000');
}

function storedText(field: Field, value: string | number | boolean): string | null {
  if (typeof value !== 'string') {
    const message = `${field.label}: value not of required type: ${value}`;
    throw new RecordRefused('INVALID_TYPE_ON_FIELD_IN_RECORD', message, [field.name]);
  }
  const text = value.trim();
  if (text.length > field.length) {
    const message = `${field.label}: data value too large: ${text.slice(0, 255)} (max length=${field.length})`;
    throw new RecordRefused('STRING_TOO_LONG', message, [field.name]);
  }
  if (field.type === 'email' && text && !isEmailAddress(text)) {
    const message = `${field.label}: invalid email address: ${text}`;
    throw new RecordRefused('INVALID_EMAIL_ADDRESS', message, [field.name]);
  }
  if (field.restrictedPicklist) checkOptions(field, text);
  return text === '' ? null : text;
}

function checkOptions(field: Field, text: string): void {
  const selected = selectedOptions(text, field.type === 'multipicklist');
  const unknown = unknownOption(selected, field.picklistValues);
  if (unknown === undefined) return;
  const message = `${field.label}: bad value for restricted picklist field: ${unknown}`;
  throw new RecordRefused('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field.name]);
}

function withinPrecision(field: Field, value: number): number {
  if (Math.abs(value) >= 10 ** (field.precision - field.scale)) {
    const message = `${field.label}: value outside of valid range on numeric field: ${value}`;
    throw new RecordRefused('NUMBER_OUTSIDE_VALID_RANGE', message, [field.name]);
  }
  return value;
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function isDatetime(value: unknown): boolean {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/;
  return typeof value === 'string' && shape.test(value) && !Number.isNaN(Date.parse(value));
}

function expectThat(holds: boolean, field: Field, value: unknown): Value {
  if (!holds) throw cannotDeserialize(field, value);
  return value as Value;
}

function cannotDeserialize(field: Field, value: unknown): ApiError {
  const type = field.type === 'textarea' || field.type === 'phone' ? 'string' : field.type;
  const message = `Cannot deserialize instance of ${type} from ${jsonToken(value)} or request may be missing a required field`;
  return new ApiError(400, 'JSON_PARSER_ERROR', message);
}

function jsonToken(value: unknown): string {
  if (Array.isArray(value)) return 'START_ARRAY value [';
  if (typeof value === 'object') return 'START_OBJECT value {';
  if (typeof value === 'string') return `VALUE_STRING value ${value}`;
  if (typeof value === 'boolean') return `VALUE_${String(value).toUpperCase()} value ${value}`;
  return `VALUE_NUMBER_${Number.isInteger(value) ? 'INT' : 'FLOAT'} value ${value}`;
}
