/** Finds the row to write, by external id or record id. */
import { ApiError, RecordRefused } from './api-error.ts';
import type { SObject } from './field.ts';
import type { Org } from './org.ts';
import { isRecordId } from './record-id.ts';
import type { Row } from './row.ts';
import type { SaveResult } from './save-result.ts';
import { create, update, type WriteContext } from './write.ts';

export function upsert(
  context: WriteContext,
  object: SObject,
  key: string,
  value: string,
  record: unknown,
): SaveResult {
  const matches = context.org.table(object.name).matches(key, value);
  if (matches.length > 1) {
    const ids = matches.map((row) => row.Id).join(', ');
    const message = `${key}: more than one record found for external id field: [${ids}]`;
    throw new RecordRefused('DUPLICATE_EXTERNAL_ID', message, [key]);
  }
  const row = matches[0] ? update(context, object, matches[0], record) : create(context, object, record);
  return { id: row.Id, success: true, created: matches.length === 0, errors: [] };
}

/** The row with the id; rejects ids of another object and ids that no row has. */
export function existingRow(org: Org, object: SObject, id: string): Row {
  if (!isRecordId(id) || !id.startsWith(object.keyPrefix)) {
    throw new RecordRefused('MALFORMED_ID', `Record ID: id value of incorrect type: ${id}`, ['Id']);
  }
  const row = org.table(object.name).get(id);
  if (!row) throw new RecordRefused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  return row;
}

export function notAnExternalId(key: string): ApiError {
  const message = `Provided external ID field does not exist or is not accessible: ${key}`;
  return new ApiError(404, 'NOT_FOUND', message);
}
