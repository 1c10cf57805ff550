/** SOQL whose values cannot break out of their quotes. https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */

/** https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta: SOQL has 100,000 characters at most. */
const MAX_LENGTH = 90_000;

export function quote(value: string): string {
  const escaped = value.replace(/[\\'"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
  return `'${escaped}'`;
}

export function queryPath(soql: string): string {
  return `/query?q=${encodeURIComponent(soql)}`;
}

/** `field IN (…)`, as many values as a query takes. */
export function conditionsOf(field: string, values: readonly string[]): string[] {
  return anyOf([field], values);
}

/** Conditions that hold when any of the fields has one of the values; each fits one query. */
export function anyOf(fields: readonly string[], values: readonly string[]): string[] {
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
    fields.map((field) => `${field} IN (${list.map(quote).join(',')})`).join(' OR '),
  );
}
