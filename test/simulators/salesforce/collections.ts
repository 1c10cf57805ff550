import { ApiError, noSuchColumn, type RecordError, RecordRefused } from './api-error.ts';
import { asRecord } from './columns.ts';
import type { SObject } from './field.ts';
import type { Org } from './org.ts';
import { isRecordId } from './record-id.ts';
import { type Row, sameCase } from './table.ts';
import { create, update, type WriteContext } from './write.ts';

const MAX_RECORDS = 200;
const MAX_CHUNKS = 10;

/** The result of one record of a collection, in the order of the request. */
export interface SaveResult {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly RecordError[];
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm */
export function createCollection(context: WriteContext, body: unknown): SaveResult[] {
  const { records, allOrNone } = collection(body);
  checkChunks(records);
  return saveAll(context, records, allOrNone, (record) => {
    const row = create(context, context.org.object(typeOf(record)), record);
    return { id: row.Id, success: true, errors: [] };
  });
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm */
export function updateCollection(context: WriteContext, body: unknown): SaveResult[] {
  const { records, allOrNone } = collection(body);
  checkChunks(records);
  const repeated = repeatedValues(records.map(idOf));
  return saveAll(context, records, allOrNone, (record) => {
    const id = idOf(record);
    if (id === undefined) throw new RecordRefused('MISSING_ARGUMENT', 'Id not specified in an update call');
    if (repeated.has(id)) throw new RecordRefused('DUPLICATE_VALUE', `duplicate id specified: ${id}`);
    const object = context.org.object(typeOf(record));
    const row = update(context, object, existing(context.org, object, id), record);
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
  const { records, allOrNone } = collection(body);
  if (records.some((record) => typeOf(record) !== type)) {
    throw new ApiError(400, 'INVALID_INPUT', `All records of the collection must be of type ${type}`);
  }
  const keys = records.map((record) => keyOf(record, key));
  const repeated = repeatedValues(keys.map((value) => value && sameCase(field.caseSensitive, value)));
  return saveAll(context, records, allOrNone, (record) => {
    const value = keyOf(record, key);
    if (value === undefined) throw new RecordRefused('MISSING_ARGUMENT', `${key} not specified`, [key]);
    if (repeated.has(sameCase(field.caseSensitive, value))) {
      throw new RecordRefused('DUPLICATE_VALUE', `Duplicate external id specified: ${value}`, [key]);
    }
    return upsert(context, object, key, value, record);
  });
}

export function upsert(
  context: WriteContext,
  object: SObject,
  key: string,
  value: string,
  record: unknown,
): SaveResult {
  const matches = context.org.table(object.name).matches(key, value);
  if (matches.length > 1) {
    const message = `${key}: more than one record found for external id field: [${matches.map((row) => row.Id).join(', ')}]`;
    throw new RecordRefused('DUPLICATE_EXTERNAL_ID', message, [key]);
  }
  const row = matches[0] ? update(context, object, matches[0], record) : create(context, object, record);
  return { id: row.Id, success: true, created: matches.length === 0, errors: [] };
}

/** The row with the id; refuses ids of another object and ids that no row has. */
export function existing(org: Org, object: SObject, id: string): Row {
  if (!isRecordId(id) || !id.startsWith(object.keyPrefix)) {
    throw new RecordRefused('MALFORMED_ID', `Record ID: id value of incorrect type: ${id}`, ['Id']);
  }
  const row = org.table(object.name).get(id);
  if (!row) throw new RecordRefused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  return row;
}

export function notAnExternalId(key: string): ApiError {
  return new ApiError(
    404,
    'NOT_FOUND',
    `Provided external ID field does not exist or is not accessible: ${key}`,
  );
}

function saveAll(
  { org }: WriteContext,
  records: readonly unknown[],
  allOrNone: boolean,
  save: (record: unknown) => SaveResult,
): SaveResult[] {
  const spoilt = (results: SaveResult[]) => allOrNone && results.some((result) => !result.success);
  const results = org.transaction(() => records.map((record) => attempt(org, save, record)), spoilt);
  return spoilt(results) ? results.map(rolledBack) : results;
}

function attempt(org: Org, save: (record: unknown) => SaveResult, record: unknown): SaveResult {
  try {
    return save(record);
  } catch (refusal) {
    if (!(refusal instanceof RecordRefused)) throw refusal;
    const { duplicateResult, ...error } = refusal.error;
    const detailed = duplicateResult && org.settings.duplicateResultInCollections;
    return { success: false, errors: [detailed ? refusal.error : error] };
  }
}

function rolledBack(result: SaveResult): SaveResult {
  if (!result.success) return result;
  const message =
    'Record rolled back because not all records were valid and the request was using AllOrNone header';
  return {
    success: false,
    errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message, fields: [] }],
  };
}

function collection(body: unknown): { records: readonly unknown[]; allOrNone: boolean } {
  const { records, allOrNone } = asRecord(body);
  if (!Array.isArray(records)) {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'The request needs an array "records"');
  }
  if (records.length > MAX_RECORDS) {
    const message = `record limit reached. cannot submit more than ${MAX_RECORDS} records into this call`;
    throw new ApiError(400, 'EXCEEDED_ID_LIMIT', message);
  }
  return { records, allOrNone: allOrNone === true };
}

/** Neighbours of one type are one chunk. */
function checkChunks(records: readonly unknown[]): void {
  const types = records.map(typeOf);
  const chunks = types.filter((type, i) => type !== types[i - 1]).length;
  if (chunks <= MAX_CHUNKS) return;
  const message = `The request has ${chunks} chunks of one object type, more than ${MAX_CHUNKS}`;
  throw new ApiError(400, 'TOO_MANY_CHUNKS', message);
}

function typeOf(record: unknown): string {
  const { type } = asRecord(asRecord(record).attributes ?? {});
  if (typeof type === 'string') return type;
  throw new ApiError(400, 'INVALID_INPUT', 'Each record needs attributes.type');
}

function idOf(record: unknown): string | undefined {
  const { Id, id } = asRecord(record);
  const value = Id ?? id;
  return typeof value === 'string' ? value : undefined;
}

function keyOf(record: unknown, key: string): string | undefined {
  const value = asRecord(record)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function repeatedValues(values: readonly (string | undefined)[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const value of values) {
    if (value === undefined) continue;
    if (seen.has(value)) repeated.add(value);
    seen.add(value);
  }
  return repeated;
}
