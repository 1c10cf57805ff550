/** Rows as collections, collections as requests; within the limits of records, collections and bytes. */
import { PERSON_KEY } from './keys.ts';
import type { Row } from './row.ts';
import type { Subrequest } from './transport.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm */
const MAX_RECORDS = 200;
const MAX_COLLECTIONS = 5;
/** The largest composite body is not documented; this is far below what orgs are seen to take. */
const MAX_BYTES = 3_000_000;
/** Alert rules let the record through; who is who was decided before. */
const HEADERS = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true', 'Sforce-Auto-Assign': 'FALSE' };

export function* requestsOf(rows: readonly Row[]): Generator<(readonly Row[])[]> {
  let request: Row[][] = [];
  let bytes = 0;
  let kind = '';
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row.fields)) + 100;
    const sameKind = kind === `${row.operation} ${row.operation === 'upsert' ? row.sobject : ''}`;
    const fits = sameKind && request.at(-1)!.length < MAX_RECORDS;
    if (bytes + size > MAX_BYTES || (!fits && request.length === MAX_COLLECTIONS)) {
      yield request;
      [request, bytes] = [[], 0];
    }
    if (!fits || request.length === 0) request.push([]);
    request.at(-1)!.push(row);
    bytes += size;
    kind = `${row.operation} ${row.operation === 'upsert' ? row.sobject : ''}`;
  }
  if (request.length > 0) yield request;
}

export function toSubrequest(collection: readonly Row[], index: number): Subrequest {
  const { operation, sobject } = collection[0]!;
  const upsert = operation === 'upsert';
  return {
    referenceId: `c${index}`,
    method: operation === 'create' ? 'POST' : 'PATCH',
    path: `/composite/sobjects${upsert ? `/${sobject}/${PERSON_KEY}` : ''}`,
    httpHeaders: HEADERS,
    body: {
      allOrNone: false,
      records: collection.map((row) => ({ attributes: { type: row.sobject }, ...row.fields })),
    },
  };
}
