/** SOQL whose values cannot break out of their quotes. https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */

import { isRecordId } from './record-id.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta: SOQL has 100,000 characters at most. */
export const MAX_LENGTH = 90_000;

/** Control characters and line separators become spaces: a literal is one line. */
export function quote(value: string): string {
  const escaped = value.replace(/[\\'"]/g, '\\$&').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  return `'${escaped}'`;
}

/** `deleted`: deleted and merged records too. */
export function queryPath(soql: string, deleted = false): string {
  return `/${deleted ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;
}

/** As few conditions as hold when any of these does. */
export function joinedByOr(conditions: readonly string[]): string[] {
  const joined: string[] = [];
  for (const condition of conditions) {
    const last = joined.at(-1);
    if (last === undefined || last.length + condition.length > MAX_LENGTH) joined.push(condition);
    else joined[joined.length - 1] = `${last} OR ${condition}`;
  }
  return joined;
}

/** `field IN (…)`, as many values as a query takes. */
export function conditionsOf(
  field: string,
  values: readonly string[],
  literal: (value: string) => string = quote,
): string[] {
  return anyOf([field], values, literal);
}

const SHAPES: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,9}$/,
  double: /^-?\d{1,15}(\.\d{1,15})?$/,
  currency: /^-?\d{1,15}(\.\d{1,15})?$/,
  percent: /^-?\d{1,15}(\.\d{1,15})?$/,
  boolean: /^(true|false)$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  datetime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/,
};

/**
 * Those values that a field of this type can hold. One that has another form makes Salesforce reject the whole query.
 * Numbers, dates and booleans stand without quotes.
 */
export function usableValues(type: string, values: readonly string[]): string[] {
  if (type === 'id' || type === 'reference') return values.filter((value) => isRecordId(value));
  const shape = SHAPES[type];
  return shape ? values.filter((value) => shape.test(value)) : [...values];
}

export function literalFor(type: string): (value: string) => string {
  return type in SHAPES ? (value) => value : quote;
}

/** Conditions that hold when any of the fields has one of the values; each fits one query. */
export function anyOf(
  fields: readonly string[],
  values: readonly string[],
  literal: (value: string) => string = quote,
): string[] {
  if (fields.length === 0) return [];
  const room = Math.floor(MAX_LENGTH / fields.length);
  const lists: string[][] = [];
  let length = room;
  for (const value of new Set(values)) {
    length += value.length + 3;
    if (length > room) {
      lists.push([]);
      length = value.length + 3;
    }
    lists.at(-1)!.push(value);
  }
  return lists.map((list) =>
    fields.map((field) => `${field} IN (${list.map(literal).join(',')})`).join(' OR '),
  );
}
