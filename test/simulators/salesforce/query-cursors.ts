import { ApiError } from './api-error.ts';
import type { Org } from './org.ts';
import { methodNotAllowed, type RestRequest } from './rest-request.ts';
import { type QueryResult, runQuery } from './soql-query.ts';

const PAGE = 2000;

/** Query results of more than one page, kept for `nextRecordsUrl`. */
export class QueryCursors {
  readonly #results = new Map<string, QueryResult>();

  query(org: Org, { method, path, query, version }: RestRequest): unknown {
    if (method !== 'GET') throw methodNotAllowed(method);
    const locator = path[1];
    if (locator !== undefined) return this.#next(locator, version);
    const soql = query.get('q');
    if (soql === null) throw new ApiError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
    const result = runQuery(org, soql, version, path[0] === 'queryAll');
    const id = `01g${this.#results.size}`;
    if (result.records.length > PAGE) this.#results.set(id, result);
    return page(result, id, 0, version);
  }

  #next(locator: string, version: string): unknown {
    const [id, start] = locator.split('-');
    const result = this.#results.get(id ?? '');
    if (!result) throw new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return page(result, id!, Number(start), version);
  }
}

function page({ totalSize, records }: QueryResult, id: string, start: number, version: string): unknown {
  const end = start + PAGE;
  const done = end >= records.length;
  const next = done ? {} : { nextRecordsUrl: `/services/data/${version}/query/${id}-${end}` };
  return { totalSize, done, ...next, records: records.slice(start, end) };
}
