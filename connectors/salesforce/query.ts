/** Runs SOQL, several queries in one API request. A query that fails must not look like one that found nothing. */
import { CrmError } from '../connector.ts';
import { failureOf } from './errors.ts';
import { codeOf, type SalesforceError } from './refusals.ts';
import { isIn, queryPath } from './soql.ts';
import type { Subrequest, Transport } from './transport.ts';

export type Found = Readonly<Record<string, unknown>> & { readonly Id: string };

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm */
const MAX_QUERIES = 5;
/** https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta: SOQL has 100,000 characters at most. */
export const MAX_SOQL = 90_000;
/** Two thousand records each. */
const MAX_PAGES = 5;

/** Not for good: with a new describe, or without the call that spoils it, it may be taken. */
export class QueryRefused extends CrmError {
  constructor(code: string) {
    super('unavailable', `Salesforce refuses a query: ${code}`);
  }
}

/**
 * The records that any of the queries finds. Throws CrmError, also when there are more than we read: whoever is among
 * the rest would be created once more. `partly`: the first of them will do.
 */
export async function runQueries(
  transport: Transport,
  queries: readonly string[],
  signal?: AbortSignal,
  { partly = false }: { readonly partly?: boolean } = {},
): Promise<Found[]> {
  const found: Found[] = [];
  let paths = queries.map(queryPath);
  for (let page = 1; paths.length > 0 && page <= MAX_PAGES; page += 1) {
    const next: string[] = [];
    for (let start = 0; start < paths.length; start += MAX_QUERIES) {
      for (const { records = [], nextRecordsUrl } of await run(
        transport,
        paths.slice(start, start + MAX_QUERIES),
        signal,
      )) {
        found.push(...records);
        if (nextRecordsUrl !== undefined)
          next.push(nextRecordsUrl.replace(/^.*\/services\/data\/v[\d.]+/, ''));
      }
    }
    paths = next;
  }
  if (paths.length > 0 && !partly) throw new CrmError('rejected', TOO_MANY);
  return found;
}

const TOO_MANY =
  'Salesforce finds more than 10,000 people by one key or number: take it from them, or find people by another field';

/** `field IN (…)`, as many values as a query takes. */
export function conditionsOf(field: string, values: readonly string[]): string[] {
  const conditions: string[] = [];
  let some: string[] = [];
  let length = 0;
  for (const value of new Set(values)) {
    if (length + value.length + 3 > MAX_SOQL) {
      conditions.push(isIn(field, some));
      [some, length] = [[], 0];
    }
    some.push(value);
    length += value.length + 3;
  }
  if (some.length > 0) conditions.push(isIn(field, some));
  return conditions;
}

interface Page {
  readonly records?: readonly Found[];
  readonly nextRecordsUrl?: string;
}

async function run(transport: Transport, paths: readonly string[], signal?: AbortSignal): Promise<Page[]> {
  const subrequests = paths.map(
    (path, index): Subrequest => ({ referenceId: `q${index}`, method: 'GET', path }),
  );
  const answers = await transport.composite(subrequests, signal);
  return subrequests.map(({ referenceId }) => {
    const { status, body } = answers.get(referenceId) ?? { status: 0, body: undefined };
    if (status === 200 && Array.isArray((body as Page | null)?.records)) return body as Page;
    const [error = {}] = (Array.isArray(body) ? body : []) as SalesforceError[];
    const code = codeOf(error);
    throw failureOf(code, error.message ?? '', 'a query') ?? new QueryRefused(code);
  });
}
