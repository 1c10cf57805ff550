import { notFound, RecordRefused } from './api-error.ts';

import { asRecord } from './columns.ts';
import type { SObject } from './field.ts';
import type { Org } from './org.ts';
import type { RestRequest, RestResponse } from './rest-request.ts';
import type { Row } from './row.ts';
import { existingRow, notAnExternalId, upsert } from './upsert.ts';
import { create, update, type WriteContext } from './write.ts';

/** A record by its id or by an external id. */
export interface Target {
  readonly field: string;
  readonly value: string;
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm */
export function createOne(context: WriteContext, object: SObject, body: unknown): RestResponse {
  const row = atomic(context.org, () => create(context, object, body));
  return { status: 201, body: { id: row.Id, success: true, errors: [] } };
}

export function updateOne(context: WriteContext, object: SObject, id: string, body: unknown): RestResponse {
  atomic(context.org, () => update(context, object, existingRow(context.org, object, id), body));
  return { status: 204 };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert_patch.htm */
export function upsertOne(
  context: WriteContext,
  object: SObject,
  target: Target,
  body: unknown,
): RestResponse {
  const { field, value } = target;
  if (!context.org.access.seen(object, field)?.externalId) throw notAnExternalId(field);
  const matches = context.org.table(object.name).matches(field, value);
  if (matches.length > 1) {
    return {
      status: 300,
      body: matches.map((row) => `/services/data/v62.0/sobjects/${object.name}/${row.Id}`),
    };
  }
  if (field in asRecord(body)) {
    const message = `The ${field} field should not be specified in the sobject data.`;
    throw new RecordRefused('INVALID_FIELD', message);
  }
  const record = { ...asRecord(body), [field]: value };
  const result = atomic(context.org, () => upsert(context, object, field, value, record));
  return { status: result.created ? 201 : 200, body: result };
}

export function readOne(org: Org, object: SObject, target: Target, request: RestRequest): RestResponse {
  const row = theRow(org, object, target);
  const url = `/services/data/${request.version}/sobjects/${object.name}/${row.Id}`;
  const seen = org.access.allSeen(object).map(({ name }) => [name, row[name] ?? null]);
  return { status: 200, body: { attributes: { type: object.name, url }, ...Object.fromEntries(seen) } };
}

export function deleteOne(org: Org, object: SObject, target: Target): RestResponse {
  org.remove(object.name, theRow(org, object, target));
  return { status: 204 };
}

function theRow(org: Org, object: SObject, { field, value }: Target): Row {
  const table = org.table(object.name);
  const row = field === 'Id' ? table.get(value) : table.matches(field, value)[0];
  if (!row || row.IsDeleted === true) throw notFound();
  return row;
}

function atomic<T>(org: Org, work: () => T): T {
  return org.transactions.run(work, () => false);
}
