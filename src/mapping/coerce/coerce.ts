/**
 * Coercion: any value of an event to what a CRM's field takes. Never invents: a value that does not fit, or could
 * mean two things, is left out with a reason. Reasons hold no values, which are personal data.
 */
import type { CrmField, FieldType, FieldValue } from '../../../connectors/connector.ts';
import { fold } from '../event-view.ts';
import { type DateReading, dayIn, readMoment, toInstant } from './dates.ts';
import { readMoney } from './money.ts';
import { toDialled } from './phone.ts';

/** What the mapping says a value is; without it the CRM's field decides. */
export type As = FieldType | 'money' | 'phone';

export interface Reading extends DateReading {
  readonly as?: As | undefined;
  /** For `money`: which sign separates decimals, where a text could mean either. */
  readonly decimal?: '.' | ',' | undefined;
  /** For `phone`: of numbers that name none. */
  readonly country?: string | undefined;
}

export type Coerced = { readonly value: FieldValue } | { readonly skipped: string };

export function coerce(raw: unknown, field: CrmField, reading: Reading): Coerced {
  const read = reading.as === undefined ? raw : interpret(raw, reading.as, reading);
  if (read === undefined) return { skipped: `is not ${article(reading.as!)}` };
  const value = interpret(read, field.type, reading);
  if (value === undefined) return { skipped: `does not fit: the CRM's field is ${article(field.type)}` };
  return fitField(value, field);
}

const WORDS: Partial<Record<As, string>> = {
  option: 'an option',
  options: 'a list of options',
  money: 'one clear amount of money',
};

function article(as: As): string {
  return WORDS[as] ?? `a ${as}`;
}

/** Undefined when the value is none of the kind. */
function interpret(raw: unknown, as: As, reading: Reading): FieldValue | undefined {
  switch (as) {
    case 'text':
    case 'option':
      return toText(raw);
    case 'phone':
      return toPhoneText(raw, reading.country);
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

/** E.164 in today's numbering plan; what is no number as we know them stays as it is. */
/** What is dialled but identifies nobody, such as `*86`, is kept as it is; a masked or withheld number is none. */
function toPhoneText(raw: unknown, country = ''): string | undefined {
  const text = toText(raw);
  if (text === undefined) return undefined;
  return toDialled(text, country) ?? (/[1-9]/.test(text) && /^[\d\s*#+().-]+$/.test(text) ? text : undefined);
}

/** Lists become `a;b`; structures have no text. */
export function toText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw.trim();
  if (typeof raw === 'number') return isExact(raw) ? String(raw) : undefined;
  if (typeof raw === 'boolean') return String(raw);
  if (!Array.isArray(raw)) return undefined;
  const items = raw.map(toText);
  return items.every((item) => item !== undefined) ? items.join(';') : undefined;
}

function toList(raw: unknown): string[] | undefined {
  const items = Array.isArray(raw) ? raw.map(toText) : toText(raw)?.split(';');
  if (!items?.every((item) => item !== undefined)) return undefined;
  return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
}

/** JSON's larger integers have been rounded when we see them. */
const isExact = (value: number) =>
  Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));

/** Digits beyond this are an id, and would be rounded. */
const MOST_EXACT_DIGITS = 15;

function toNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return isExact(raw) ? raw : undefined;
  const text = typeof raw === 'string' ? raw.trim() : '';
  if (!/^[+-]?\d+(\.\d+)?$/.test(text) || text.replace(/\D/g, '').length > MOST_EXACT_DIGITS)
    return undefined;
  return Number(text);
}

function toMoney(raw: unknown, decimal: '.' | ',' | undefined): number | undefined {
  return toNumber(typeof raw === 'string' ? readMoney(raw, decimal) : raw);
}

const YES = ['true', 'yes', 'si', '1'];
const NO = ['false', 'no', '0'];

function toBoolean(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const word = fold(toText(raw) ?? '');
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
}

function toDate(raw: unknown, reading: Reading): string | undefined {
  const moment = readMoment(raw, reading);
  if (!moment) return undefined;
  if (moment.time === undefined || moment.offset === undefined) return moment.date;
  return dayIn(new Date(toInstant(moment, reading.timeZone)), reading.timeZone);
}

function toDateTime(raw: unknown, reading: Reading): string | undefined {
  const moment = readMoment(raw, reading);
  return moment && new Date(toInstant(moment, reading.timeZone)).toISOString();
}

function fitField(value: FieldValue, field: CrmField): Coerced {
  if (field.type === 'option') return fitOption(String(value), field);
  if (field.type === 'options') return fitOptions(value as readonly string[], field);
  if (field.type === 'text' && typeof value === 'string') return { value: shorten(value, field.maxLength) };
  return { value };
}

function fitOption(text: string, field: CrmField): Coerced {
  const option = findOption(text, field);
  return option === undefined
    ? { skipped: 'is not one of the options of the CRM’s field' }
    : { value: option };
}

function fitOptions(list: readonly string[], field: CrmField): Coerced {
  const options = list.map((text) => findOption(text, field));
  const known = options.filter((option) => option !== undefined);
  if (known.length < list.length)
    return { skipped: 'holds something that is not among the options of the CRM’s field' };
  return { value: known };
}

/** By value, then by label, then by either whatever the case and accents, if only one is meant. */
function findOption(text: string, { options }: CrmField): string | undefined {
  if (!options) return text;
  const exact = options.find(({ value }) => value === text) ?? options.find(({ label }) => label === text);
  if (exact) return exact.value;
  const alike = options.filter(
    ({ value, label }) => fold(value) === fold(text) || fold(label) === fold(text),
  );
  return alike.length === 1 ? alike[0]!.value : undefined;
}

/** Longer text would cost the field, or the record. */
function shorten(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, Math.max(maxLength - 1, 0));
  // Not through the middle of a surrogate pair.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
