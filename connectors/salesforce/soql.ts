/** SOQL whose values cannot break out of their quotes. https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */

/** https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta: SOQL has 100,000 characters at most. */
export const MAX_LENGTH = 90_000;

export function quote(value: string): string {
  const escaped = value.replace(/[\\'"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
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
