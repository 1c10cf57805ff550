/** SOQL whose values cannot break out of their quotes. https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */

export function quote(value: string): string {
  const escaped = value.replace(/[\\'"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
  return `'${escaped}'`;
}

export function isIn(field: string, values: readonly string[]): string {
  return `${field} IN (${values.map(quote).join(',')})`;
}

export function queryPath(soql: string): string {
  return `/query?q=${encodeURIComponent(soql)}`;
}
