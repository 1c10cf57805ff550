/** Reads records by id or unique property: exact, and at once. */
import { CrmError, type CrmSchema } from '../connector.ts';
import type { ApiRequest, Transport } from '../engine/http/transport.ts';
import { chunks } from '../engine/split.ts';
import type { Api, ObjectType } from './api.ts';
import { unknownPath } from './http-failures.ts';
import type { KeySpelling } from './key-spelling.ts';
import { isPathUnknown, readRejection } from './rejections.ts';

export interface HubSpot {
  readonly transport: Transport;
  readonly api: Api;
  readonly schema: CrmSchema;
  readonly spelling: KeySpelling;
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
    const { results } = await ask(transport, request, `${type} by ${idProperty ?? 'record id'}`, signal);
    found.push(...results.filter(({ id }) => id != null));
  }
  return found;
}

/** One record by its id, or by one that it had before it was merged. */
export async function readRecord(
  { transport, api }: HubSpot,
  type: ObjectType,
  { id, properties }: { readonly id: string; readonly properties: readonly string[] },
  signal?: AbortSignal,
): Promise<FoundRecord | undefined> {
  const path = `${api.record(type, id)}?properties=${properties.join(',')}`;
  const { status, body } = await transport.send({ method: 'GET', path }, signal);
  const record = (body ?? {}) as Partial<FoundRecord>;
  return status < 400 && record.id !== undefined ? (record as FoundRecord) : undefined;
}

export interface Page {
  readonly total?: number;
  readonly results: readonly FoundRecord[];
  readonly paging?: { readonly next?: { readonly after?: string } };
}

/** A rejected look-up must not look like "nobody found": records would be created twice. */
export async function ask(
  transport: Transport,
  request: ApiRequest,
  what: string,
  signal?: AbortSignal,
): Promise<Page> {
  const response = await transport.send(request, signal);
  const { status, body } = response;
  if (isPathUnknown(response)) throw unknownPath(request.path);
  if (status >= 400) {
    const { code, fields, correlationId } = readRejection(body);
    // Only a property that HubSpot names can be the mapping's fault.
    const advice =
      fields.length > 0
        ? ` (${fields.join(', ')}): fix match.by in the mapping, or the property`
        : `: HubSpot’s support finds the request by its correlation id ${correlationId ?? '(none was given)'}`;
    const message = `HubSpot rejects the look-up of ${what}: ${code}${advice}`;
    throw new CrmError('rejected', message, { code: 'LOOKUP_REJECTED' });
  }
  if (!(body as Partial<Page> | undefined)?.results) {
    const message = `HubSpot answered nothing when asked for ${what}`;
    throw new CrmError('unavailable', message, { code: 'NO_RESULT' });
  }
  return body as Page;
}
