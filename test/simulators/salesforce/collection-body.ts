/** The body of a collection request. */
import { rowsOf } from '../kit/batch.ts';
import { ApiError } from './api-error.ts';
import { asRecord } from './columns.ts';

const MAX_RECORDS = 200;
const MAX_CHUNKS = 10;

export interface Collection {
  readonly records: readonly unknown[];
  readonly allOrNone: boolean;
}

export function collectionOf(body: unknown): Collection {
  const { records, allOrNone } = asRecord(body);
  const rows = rowsOf(records, {
    max: MAX_RECORDS,
    notAList: () => new ApiError(400, 'JSON_PARSER_ERROR', 'The request needs an array "records"'),
    tooMany: () => {
      const message = `record limit reached. cannot submit more than ${MAX_RECORDS} records into this call`;
      return new ApiError(400, 'EXCEEDED_ID_LIMIT', message);
    },
  });
  if (rows.length === 0) throw new ApiError(400, 'REQUIRED_FIELD_MISSING', 'At least 1 record is required');
  return { records: rows, allOrNone: allOrNone === true };
}

/** Adjacent records of one type form a chunk. */
export function checkChunks(records: readonly unknown[]): void {
  const types = records.map(typeOf);
  const chunks = types.filter((type, i) => type !== types[i - 1]).length;
  if (chunks <= MAX_CHUNKS) return;
  const message = `The request has ${chunks} chunks of one object type, more than ${MAX_CHUNKS}`;
  throw new ApiError(400, 'TOO_MANY_CHUNKS', message);
}

export function typeOf(record: unknown): string {
  const { type } = asRecord(asRecord(record).attributes ?? {});
  if (typeof type === 'string') return type;
  throw new ApiError(400, 'INVALID_INPUT', 'Each record needs attributes.type');
}

export function idOf(record: unknown): string | undefined {
  const { Id, id } = asRecord(record);
  const value = Id ?? id;
  return typeof value === 'string' ? value : undefined;
}

export function externalKeyOf(record: unknown, key: string): string | undefined {
  const value = asRecord(record)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
