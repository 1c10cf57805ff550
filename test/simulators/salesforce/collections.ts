/** Up to 200 records in one request; each is answered in the order of the request. */
import { repeated, sameCase } from '../kit/unique-keys.ts';
import { ApiError, noSuchColumn, RecordRefused } from './api-error.ts';
import { checkChunks, collectionOf, externalKeyOf, idOf, typeOf } from './collection-body.ts';
import { type SaveResult, saveAll } from './save-result.ts';
import { existingRow, notAnExternalId, upsert } from './upsert.ts';
import { create, update, type WriteContext } from './write.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm */
export function createCollection(context: WriteContext, body: unknown): SaveResult[] {
  const { records, allOrNone } = collectionOf(body);
  checkChunks(records);
  return saveAll(context, records, allOrNone, (record) => {
    const row = create(context, context.org.object(typeOf(record)), record);
    return { id: row.Id, success: true, errors: [] };
  });
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm */
export function updateCollection(context: WriteContext, body: unknown): SaveResult[] {
  const { records, allOrNone } = collectionOf(body);
  checkChunks(records);
  const repeatedIds = new Set(repeated(records.map(idOf), (id) => id));
  return saveAll(context, records, allOrNone, (record) => {
    const id = idOf(record);
    if (id === undefined) throw new RecordRefused('MISSING_ARGUMENT', 'Id not specified in an update call');
    if (repeatedIds.has(id)) throw new RecordRefused('DUPLICATE_VALUE', `duplicate id specified: ${id}`);
    const object = context.org.object(typeOf(record));
    const row = update(context, object, existingRow(context.org, object, id), record);
    return { id: row.Id, success: true, errors: [] };
  });
}

/**
 * Matches by external id, never by record id. Rows that share a key all fail.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_upsert.htm
 */
export function upsertCollection(
  context: WriteContext,
  type: string,
  key: string,
  body: unknown,
): SaveResult[] {
  const object = context.org.object(type);
  const field = context.org.access.seen(object, key);
  if (!field) throw noSuchColumn(key, type);
  if (!field.externalId) throw notAnExternalId(key);
  const { records, allOrNone } = collectionOf(body);
  if (records.some((record) => typeOf(record) !== type)) {
    throw new ApiError(400, 'INVALID_INPUT', `All records of the collection must be of type ${type}`);
  }
  const comparable = (value: string | undefined) => value && sameCase(field.caseSensitive, value);
  const keys = records.map((record) => comparable(externalKeyOf(record, key)));
  const repeatedKeys = new Set(repeated(keys, (value) => value));
  const results = saveAll(context, records, allOrNone, (record) => {
    const value = externalKeyOf(record, key);
    if (value === undefined) throw new RecordRefused('MISSING_ARGUMENT', `${key} not specified`, [key]);
    if (repeatedKeys.has(comparable(value))) {
      throw new RecordRefused('DUPLICATE_VALUE', `Duplicate external id specified: ${value}`, [key]);
    }
    return upsert(context, object, key, value, record);
  });
  return results.map((result) => ({ created: false, ...result }));
}
