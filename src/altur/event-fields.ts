/**
 * How the fields of an event are read: each takes what JSON holds and answers the value, or undefined where it cannot be
 * used. Written by hand, since every delivery is read before it is answered; one pass over the event.
 */
import { isObject } from './json.ts';

/** `unusable`: is told the path of every field, below this one, that holds something and cannot be used. */
export type Read<T> = (value: unknown, unusable: (path: string) => void) => T | undefined;

/** The fields of an object by their names, in the order in which they are stored. */
export type FieldTable = Readonly<Record<string, Read<unknown>>>;

export type FieldsOf<Table extends FieldTable> = {
  [Name in keyof Table]?: (Table[Name] extends Read<infer T> ? T : never) | undefined;
};

/** Text; numbers are taken as text, since ids and phone numbers come as either. Blank is absent. */
export const text: Read<string> = (value) => {
  if (typeof value === 'string') return value.trim() || undefined;
  return typeof value === 'number' && isExact(value) ? String(value) : undefined;
};

/** An integer too large for JavaScript has been rounded: as an id, it would be another one. */
function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}

/** Seconds. An older page shows `billed_duration` as "00:46". */
export const seconds: Read<number> = (value) => {
  if (typeof value === 'string' && CLOCK.test(value)) return positive(clockToSeconds(value));
  return positive(value);
};

const CLOCK = /^\d+(:[0-5]?\d){0,2}$/;

function clockToSeconds(value: string): number {
  return value.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

export const count: Read<number> = (value) => {
  return Number.isSafeInteger(value) ? positive(value) : undefined;
};

/** ISO 8601, as Altur wrote it. `Date.parse` alone would make a date of "1". */
export const instant: Read<string> = (value) => {
  const written = typeof value === 'string' ? value.trim() : '';
  return ISO_DATE.test(written) && !Number.isNaN(Date.parse(written)) ? written : undefined;
};

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[T ]|$)/;

export const isTrue: Read<true> = (value) => (value === true ? true : undefined);

/** Names, or objects with a name; anything else is passed over. */
export const tags: Read<string[]> = (value) => {
  if (!Array.isArray(value)) return undefined;
  return value.map(tagName).filter((name) => name !== '');
};

function tagName(tag: unknown): string {
  const name = isObject(tag) ? tag.name : tag;
  return typeof name === 'string' ? name.trim() : '';
}

/** Of any keys and values: a customer's own, often with spaces or accents. */
export const anyFields: Read<Record<string, unknown>> = (value) => (isObject(value) ? value : undefined);

/** Objects with these fields and no others; what is no object is passed over. */
export function listOf<Table extends FieldTable>(table: Table): Read<FieldsOf<Table>[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    // One bad field of a turn of a conversation costs that field, and nobody needs to know.
    return value.filter(isObject).map((each) => readFields(table, each, () => {}));
  };
}

/** With all other fields as they are: a field that Altur adds later can be mapped before it is listed here. */
export function objectOf<Table extends FieldTable>(
  table: Table,
): Read<FieldsOf<Table> & Record<string, unknown>> {
  return (value, unusable) => {
    return isObject(value) ? withOthers(readFields(table, value, unusable), value, table) : undefined;
  };
}

function readFields<Table extends FieldTable>(
  table: Table,
  source: Readonly<Record<string, unknown>>,
  unusable: (path: string) => void,
): FieldsOf<Table> {
  const fields: Record<string, unknown> = {};
  for (const name in table) {
    const value = source[name];
    if (value === undefined || value === null) continue;
    const usable = table[name]!(value, (path) => unusable(`${name}.${path}`));
    if (usable !== undefined) fields[name] = usable;
    else if (!isBlank(value)) unusable(name);
  }
  return fields as FieldsOf<Table>;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** As an own field it comes from JSON only; written to an object it would exchange the object's prototype. */
const PROTOTYPE = '__proto__';

function withOthers<Fields extends object>(
  fields: Fields,
  source: Readonly<Record<string, unknown>>,
  table: FieldTable,
): Fields & Record<string, unknown> {
  const whole = fields as Fields & Record<string, unknown>;
  for (const name in source) {
    if (Object.hasOwn(table, name) || name === PROTOTYPE) continue;
    (whole as Record<string, unknown>)[name] = source[name];
  }
  return whole;
}
