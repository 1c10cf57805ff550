/** The rows of one object. */
import { Table } from '../kit/table.ts';
import { sameCase } from '../kit/unique-keys.ts';
import type { FieldValue } from '../kit/value-index.ts';
import type { SObject } from './field.ts';
import { shortId } from './record-id.ts';

export type Value = FieldValue;
export type Row = Readonly<Record<string, Value>> & { readonly Id: string };

/** Ids are compared by their first 15 characters, values by the case sensitivity of their field. */
export function rowTable(object: SObject): Table<Row> {
  return new Table<Row>({
    key: shortId,
    idOf: ({ Id }) => Id,
    valueOf: (row, field) => row[field],
    comparable: (field, value) => sameCase(object.fields.get(field)?.caseSensitive === true, String(value)),
    isDeleted: ({ IsDeleted }) => IsDeleted === true,
  });
}
