/**
 * Coercion: any value of an event to what a CRM's field takes. Never invents: a value that does not fit, or could
 * mean two things, is left out with a reason. Reasons hold no values, which are personal data.
 */
import type { CrmField, FieldType, FieldValue } from '../../connectors/connector.ts';
import { fold } from './view.ts';

/** What the mapping says a value is; without it the CRM's field decides. */
export type As = FieldType | 'money' | 'phone';

export interface Reading {
  readonly as?: As | undefined;
  /** Accepted beside ISO 8601, such as `DD/MM/YYYY` or `D-M-YYYY HH:mm`. */
  readonly formats?: readonly string[] | undefined;
  /** For `money`: which sign separates decimals, where a text could mean either. */
  readonly decimal?: '.' | ',' | undefined;
  /** The zone of dates and times that name none. */
  readonly timeZone: string;
}

export type Coerced = { readonly value: FieldValue } | { readonly leftOut: string };

export function coerce(raw: unknown, field: CrmField, reading: Reading): Coerced {
  const read = reading.as === undefined ? raw : interpret(raw, reading.as, reading);
  if (read === undefined) return { leftOut: `is not a ${reading.as}` };
  const value = interpret(read, field.type, reading);
  if (value === undefined) return { leftOut: `does not fit: the CRM's field is ${article(field.type)}` };
  return fitField(value, field);
}

function article(type: FieldType): string {
  return type === 'option' ? 'an option' : type === 'options' ? 'a list of options' : `a ${type}`;
}

/** Undefined when the value is none of the kind. */
function interpret(raw: unknown, as: As, reading: Reading): FieldValue | undefined {
  switch (as) {
    case 'text':
    case 'option':
    case 'phone':
      return toText(raw);
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

/** Lists become `a;b`; structures have no text. */
export function toText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw.trim();
  if (typeof raw === 'number') return Number.isFinite(raw) ? String(raw) : undefined;
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

/** Digits beyond this are an id, and would be rounded. */
const MOST_EXACT_DIGITS = 15;

function toNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  const text = typeof raw === 'string' ? raw.trim() : '';
  if (!/^[+-]?\d+(\.\d+)?$/.test(text) || text.replace(/\D/g, '').length > MOST_EXACT_DIGITS)
    return undefined;
  return Number(text);
}

/** `$1,200.50 MXN`, `1.200,50`: the last of two different signs is the decimal's; one alone must be clear. */
function toMoney(raw: unknown, decimal: '.' | ',' | undefined): number | undefined {
  if (typeof raw !== 'string') return toNumber(raw);
  const text = raw.replace(/[A-Za-z$€£¥]+\.?|\s/g, '');
  if (!/^[+-]?\d[\d.,]*$/.test(text)) return undefined;
  const sign = decimal ?? decimalSign(text);
  if (sign === undefined) return undefined;
  const grouping = sign === '.' ? ',' : '.';
  const pattern = new RegExp(`^[+-]?(\\d+|\\d{1,3}(\\${grouping}\\d{3})+)(\\${sign}\\d+)?$`);
  return pattern.test(text) ? toNumber(text.replaceAll(grouping, '').replace(sign, '.')) : undefined;
}

/** Undefined when a text such as `1,200` could be twelve hundred or one and a fifth. */
function decimalSign(text: string): '.' | ',' | undefined {
  const signs = text.match(/[.,]/g) ?? [];
  const last = signs.at(-1) as '.' | ',' | undefined;
  if (last === undefined) return '.';
  if (signs.some((sign) => sign !== last)) return last;
  if (signs.length > 1) return last === '.' ? ',' : '.';
  return /[.,]\d{3}$/.test(text) && !/^[+-]?0[.,]/.test(text) ? undefined : last;
}

const YES = ['true', 'yes', 'si', '1'];
const NO = ['false', 'no', '0'];

function toBoolean(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const word = fold(toText(raw) ?? '');
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
}

interface Moment {
  readonly date: string;
  /** `HH:mm:ss.SSS`; absent when only a day is named. */
  readonly time?: string;
  /** `Z` or `±HH:MM`; absent when none is named. */
  readonly offset?: string;
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

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

function readMoment(raw: unknown, { formats = [] }: Reading): Moment | undefined {
  const text = typeof raw === 'string' ? raw.trim() : '';
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second = '00', fraction = '', offset] = iso;
    const time =
      hour === undefined ? undefined : `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
    return valid({ year: year!, month: month!, day: day!, time, offset: offset?.toUpperCase() });
  }
  // A text that two declared formats read differently is ambiguous.
  const readings = formats.flatMap((format) => readFormat(text, format) ?? []);
  const distinct = new Set(readings.map((moment) => JSON.stringify(moment)));
  return distinct.size === 1 ? readings[0] : undefined;
}

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<YYYY>\\d{4})',
  YY: '(?<YY>\\d{2})',
  MM: '(?<MM>\\d{2})',
  M: '(?<MM>\\d{1,2})',
  DD: '(?<DD>\\d{2})',
  D: '(?<DD>\\d{1,2})',
  HH: '(?<HH>\\d{2})',
  H: '(?<HH>\\d{1,2})',
  mm: '(?<mm>\\d{2})',
  ss: '(?<ss>\\d{2})',
};

/** Is this a date format we read? It must name year, month and day, each once. */
export function isDateFormat(format: string): boolean {
  const tokens = (format.match(/YYYY|YY|MM?|DD?|HH?|mm|ss/g) ?? []).map((token) => token[0]!);
  const names = new Set(tokens);
  return names.size === tokens.length && ['Y', 'M', 'D'].every((name) => names.has(name));
}

function readFormat(text: string, format: string): Moment | undefined {
  const pattern = format.replace(
    /YYYY|YY|MM?|DD?|HH?|mm|ss|[.*+?^${}()|[\]\\]/g,
    (token) => TOKENS[token] ?? `\\${token}`,
  );
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!found) return undefined;
  const { YYYY, YY, MM, DD, HH, mm = '00', ss = '00' } = found;
  const time = HH === undefined ? undefined : `${HH.padStart(2, '0')}:${mm}:${ss}.000`;
  return valid({ year: YYYY ?? `20${YY}`, month: MM!.padStart(2, '0'), day: DD!.padStart(2, '0'), time });
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly time?: string | undefined;
  readonly offset?: string | undefined;
}

/** Refuses the 30th of February and 25 o'clock, which Date would move to the next day. */
function valid({ year, month, day, time, offset }: Parts): Moment | undefined {
  const date = `${year}-${month}-${day}`;
  const whole = new Date(`${date}T${time ?? '00:00:00.000'}Z`);
  if (Number.isNaN(whole.getTime()) || whole.toISOString().slice(0, 10) !== date) return undefined;
  return { date, ...(time !== undefined && { time }), ...(offset !== undefined && { offset }) };
}

/** Ms since the epoch; a day alone begins at midnight in the zone. */
function toInstant({ date, time = '00:00:00.000', offset }: Moment, timeZone: string): number {
  if (offset !== undefined) {
    const colon = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
    return Date.parse(`${date}T${time}${colon}`);
  }
  return instantIn(`${date}T${time}`, timeZone);
}

/** The instant at which clocks in the zone show `local` (`YYYY-MM-DDTHH:mm:ss.SSS`). */
export function instantIn(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  // The zone's offset there, corrected once for a change of offset between the two instants.
  const guess = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(guess, timeZone);
}

function offsetAt(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  return shown - Math.floor(instant / 1_000) * 1_000;
}

/** The day clocks in the zone show, `YYYY-MM-DD`. */
export function dayIn(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(instant);
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
    ? { leftOut: 'is not one of the options of the CRM’s field' }
    : { value: option };
}

function fitOptions(list: readonly string[], field: CrmField): Coerced {
  const options = list.map((text) => findOption(text, field));
  const known = options.filter((option) => option !== undefined);
  if (known.length < list.length)
    return { leftOut: 'holds something that is not among the options of the CRM’s field' };
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
