/**
 * Coercion: any value of an event to the type of a CRM's field. Nothing is guessed: a value that does not fit, or is
 * ambiguous, is skipped with a code and a reason.
 */
import type { CrmField, FieldType, FieldValue } from '../../../connectors/connector.ts';
import { AMBIGUOUS, type Coerced, type Read } from './coerced.ts';
import { type DateReading, toDate, toDateTime } from './dates.ts';
import { fitField } from './fit-field.ts';
import { type DecimalSign, toMoney } from './money.ts';
import { toNumber } from './number.ts';
import { formatPhone, type PhoneFormat } from './phone.ts';
import { fold, itemsOf, toList, toText } from './text.ts';

/** The types that `as` in a mapping may declare; without `as` the type of the CRM's field decides. */
export type As = FieldType | 'money' | 'phone';

export interface Reading extends DateReading {
  readonly as?: As | undefined;
  /** For `money`: which sign separates decimals, where a text could mean either. */
  readonly decimal?: DecimalSign | undefined;
  /** For `phone`: the country of numbers that name none, two letters. */
  readonly country?: string | undefined;
  /** For `phone`: how it is written. */
  readonly format?: PhoneFormat | undefined;
}

export function coerce(raw: unknown, field: CrmField, reading: Reading): Coerced {
  if (raw === AMBIGUOUS) return ambiguous('option');
  const declared = reading.as === undefined ? raw : interpret(raw, reading.as, reading);
  if (declared === AMBIGUOUS) return ambiguous(reading.as!);
  if (declared === undefined) return mismatch(`is not ${withArticle(reading.as!)}`);
  const value = interpret(declared, field.type, reading);
  if (value === AMBIGUOUS) return ambiguous(field.type);
  if (value === undefined) return mismatch(`does not fit: the CRM’s field is ${withArticle(field.type)}`);
  return fitField(value, field, Array.isArray(declared) ? itemsOf(declared) : undefined);
}

function mismatch(reason: string): Coerced {
  return { code: 'VALUE_TYPE_MISMATCH', reason };
}

function ambiguous(as: As): Coerced {
  return { code: 'VALUE_AMBIGUOUS', reason: AMBIGUITIES[as] ?? 'could be two entries of `values`' };
}

const AMBIGUITIES: Partial<Record<As, string>> = {
  money: 'could be two amounts of money: set `decimal` in the mapping',
  number: 'could be two numbers: set `as: money` and `decimal` in the mapping',
  date: 'could be two dates: the declared `formats` read it differently',
  datetime: 'could be two dates: the declared `formats` read it differently',
};

const NAMES: Partial<Record<As, string>> = {
  option: 'an option',
  options: 'a list of options',
  money: 'an amount of money',
};

function withArticle(as: As): string {
  return NAMES[as] ?? `a ${as}`;
}

function interpret(raw: unknown, as: As, reading: Reading): Read<FieldValue> {
  switch (as) {
    case 'text':
    case 'option':
      return toText(raw);
    case 'phone':
      return toPhoneText(raw, reading);
    case 'options':
      return toList(raw);
    case 'number':
      return toNumber(raw);
    case 'money':
      return toMoney(raw, reading.decimal);
    case 'boolean':
      return toBoolean(raw);
    case 'date':
      return toDate(raw, reading);
    case 'datetime':
      return toDateTime(raw, reading);
    default:
      return as satisfies never;
  }
}

/** A short code such as `*86` stays as it is; a withheld or masked number is no number. */
function toPhoneText(raw: unknown, { country = '', format }: Reading): string | undefined {
  const text = toText(raw);
  if (text === undefined) return undefined;
  const isShortCode = /[1-9]/.test(text) && /^[\d\s*#+().-]+$/.test(text);
  return formatPhone(text, country, format) ?? (isShortCode ? text : undefined);
}

const YES = ['true', 'yes', 'si', '1'];
const NO = ['false', 'no', '0'];

export function toBoolean(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const text = fold(toText(raw) ?? '');
  if (YES.includes(text)) return true;
  return NO.includes(text) ? false : undefined;
}
