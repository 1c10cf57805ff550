/** Runs SOQL, several queries in one API request. A query that fails must not look like one that found nothing. */
import { CrmError } from '../connector.ts';
import { chunks } from '../engine/split.ts';
import { type CompositeApi, type Subrequest, sendComposite } from './composite.ts';
import { failureOf, serverFailure } from './http-failures.ts';
import { codeOf, fieldInQueryError, type SalesforceError } from './rejections.ts';
import { queryPath } from './soql.ts';

export type FoundRecord = Readonly<Record<string, unknown>> & { readonly Id: string };

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm */
export const MAX_QUERIES = 5;
/** Two thousand records each. */
const MAX_PAGES = 5;

/** Is this the error of a query that Salesforce rejects? With a new describe it may be accepted. */
export function isQueryRejected(error: unknown): boolean {
  return error instanceof CrmError && error.code === 'LOOKUP_REJECTED';
}

/** Did the query take Salesforce too long? */
export function isQueryTimeout(error: unknown): boolean {
  return error instanceof CrmError && error.code === 'LOOKUP_TIMEOUT';
}

/**
 * The records that any of the queries finds. Throws CrmError, also when there are more than we read: people among the
 * rest would be created once more. `partly`: the first ones will do. `deleted`: deleted and merged records too.
 */
export async function runQueries(
  api: CompositeApi,
  queries: readonly string[],
  signal?: AbortSignal,
  { partly = false, deleted = false }: { readonly partly?: boolean; readonly deleted?: boolean } = {},
): Promise<FoundRecord[]> {
  const found: FoundRecord[] = [];
  let paths = queries.map((query) => queryPath(query, deleted));
  for (let page = 1; paths.length > 0 && page <= MAX_PAGES; page += 1) {
    const next: string[] = [];
    for (const some of chunks(paths, MAX_QUERIES)) {
      for (const { records = [], nextRecordsUrl } of await run(api, some, signal)) {
        found.push(...records);
        if (nextRecordsUrl !== undefined)
          next.push(nextRecordsUrl.replace(/^.*\/services\/data\/v[\d.]+/, ''));
      }
    }
    paths = next;
  }
  if (paths.length > 0 && !partly) throw new CrmError('rejected', TOO_MANY, { code: 'TOO_MANY_MATCHES' });
  return found;
}

const TOO_MANY =
  'Salesforce finds more than 10,000 people by one key or number: remove it from them, or find people by another field';

interface Page {
  readonly records?: readonly FoundRecord[];
  readonly nextRecordsUrl?: string;
}

async function run(api: CompositeApi, paths: readonly string[], signal?: AbortSignal): Promise<Page[]> {
  const subrequests = paths.map(
    (path, index): Subrequest => ({ referenceId: `q${index}`, method: 'GET', path }),
  );
  const response = await sendComposite(api, subrequests, signal);
  if ('rejected' in response) throw failureOfQuery(response.rejected);
  return subrequests.map(({ referenceId }) => {
    const { status, body } = response.subresponses.get(referenceId) ?? { status: 0, body: undefined };
    if (status === 200 && Array.isArray((body as Page | null)?.records)) return body as Page;
    const [error] = (Array.isArray(body) ? body : []) as SalesforceError[];
    if (status >= 500) throw serverFailure(status, error, 'a query');
    throw failureOfQuery(error ?? {});
  });
}

function failureOfQuery(error: SalesforceError): CrmError {
  const code = codeOf(error);
  if (code === 'QUERY_TIMEOUT') {
    const message = 'Salesforce takes too long for a query';
    return new CrmError('unavailable', message, { code: 'LOOKUP_TIMEOUT' });
  }
  const field = fieldInQueryError(error);
  const why = field === undefined ? code : `${code} (${field})`;
  const rejected = new CrmError('unavailable', `Salesforce rejects a query: ${why}`, {
    code: 'LOOKUP_REJECTED',
  });
  return failureOf(code, error.message ?? '', 'a query') ?? rejected;
}
