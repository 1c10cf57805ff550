/** Reads records: by id or unique property (exact, at once), and by search (seconds behind). */
import { CrmError } from '../connector.ts';
import { chunks } from '../engine/bisect.ts';
import type { ApiRequest, Transport } from '../engine/http/transport.ts';
import type { Api, ObjectType } from './api.ts';
import { unknownPath } from './http-failures.ts';
import { isPathUnknown, readRejection } from './rejections.ts';

export interface HubSpot {
  readonly transport: Transport;
  readonly api: Api;
}

export interface FoundRecord {
  readonly id: string;
  readonly createdAt?: string;
  readonly properties?: Readonly<Record<string, string | null>>;
}

/** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch: 100 inputs a request. */
const MAX_INPUTS = 100;

export interface Read {
  /** A unique property; without it the values are record ids. */
  readonly idProperty?: string | undefined;
  readonly values: readonly string[];
  /** Wanted of the records found. */
  readonly properties: readonly string[];
}

/** Those that are there, in any order. */
export async function readRecords(
  { transport, api }: HubSpot,
  type: ObjectType,
  { idProperty, values, properties }: Read,
  signal?: AbortSignal,
): Promise<FoundRecord[]> {
  const found: FoundRecord[] = [];
  for (const ids of chunks([...new Set(values)], MAX_INPUTS)) {
    const inputs = ids.map((id) => ({ id }));
    const body = { ...(idProperty && { idProperty }), inputs, properties, propertiesWithHistory: [] };
    const request: ApiRequest = { method: 'POST', path: api.batch(type, 'read'), body, reads: true };
    // Unknown ids are reported as errors of the response; what counts is who was found.
    found.push(...(await ask(transport, request, `${type} by ${idProperty ?? 'record id'}`, signal)).results);
  }
  return found;
}

export interface Query {
  /** A record is found when any of these properties holds one of the values. */
  readonly by: readonly string[];
  readonly values: readonly string[];
  /** Wanted of the records found. */
  readonly properties: readonly string[];
}

/** https://developers.hubspot.com/docs/api-reference/search/guide: characters of a body, hits of a page. */
const MAX_SEARCH_LENGTH = 3_000;
const MAX_PAGE = 200;

/** As few requests as hold the values: a hundred national phone numbers fit one. */
export async function searchRecords(
  { transport, api }: HubSpot,
  type: ObjectType,
  query: Query,
  signal?: AbortSignal,
): Promise<FoundRecord[]> {
  const found: FoundRecord[] = [];
  let { values } = query;
  while (values.length > 0) {
    const count = fitting({ ...query, values });
    let after: string | undefined;
    do {
      const body = searchBody({ ...query, values: values.slice(0, count) }, after);
      const request: ApiRequest = { method: 'POST', path: api.search(type), body, reads: true };
      const page = await ask(transport, request, `${type} by ${query.by.join(' or ')}`, signal);
      found.push(...page.results);
      after = page.paging?.next?.after;
    } while (after !== undefined);
    values = values.slice(count);
  }
  return found;
}

function searchBody({ by, values, properties }: Query, after: string | undefined) {
  return {
    filterGroups: by.map((propertyName) => ({ filters: [{ propertyName, operator: 'IN', values }] })),
    properties,
    limit: MAX_PAGE,
    ...(after !== undefined && { after }),
  };
}

/** How many of the values one search holds: at least one. */
function fitting(query: Query): number {
  let length = JSON.stringify(searchBody({ ...query, values: [] }, '10000')).length;
  for (const [index, value] of query.values.entries()) {
    length += query.by.length * (JSON.stringify(value).length + 1);
    if (length > MAX_SEARCH_LENGTH) return Math.max(index, 1);
  }
  return query.values.length;
}

interface Page {
  readonly results: readonly FoundRecord[];
  readonly paging?: { readonly next?: { readonly after?: string } };
}

/** A rejected look-up must not look like "nobody found": records would be created twice. */
async function ask(
  transport: Transport,
  request: ApiRequest,
  what: string,
  signal?: AbortSignal,
): Promise<Page> {
  const response = await transport.send(request, signal);
  const { status, body } = response;
  if (isPathUnknown(response)) throw unknownPath(request.path);
  if (status >= 400) {
    const { code, fields } = readRejection(body);
    const which = fields.length > 0 ? ` (${fields.join(', ')})` : '';
    const message = `HubSpot rejects the look-up of ${what}: ${code}${which}: fix the mapping`;
    throw new CrmError('rejected', message, { code: 'LOOKUP_REJECTED' });
  }
  if (!(body as Partial<Page> | undefined)?.results) {
    const message = `HubSpot answered nothing when asked for ${what}`;
    throw new CrmError('unavailable', message, { code: 'NO_RESULT' });
  }
  return body as Page;
}
