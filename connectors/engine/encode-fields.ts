/** Field writes in the CRM's own form, and which of them had to be skipped or shortened. */
import type { CrmField, CrmFields, FieldWrite } from '../connector.ts';
import type { CrmClient } from './crm.ts';
import { appendedText } from './list-values.ts';
import type { Row, SkippedRowField } from './rows/row.ts';

/** The code of a list that has no room for all that is added to it. */
export const LIST_FULL = 'LIST_FULL';

export interface EncodedFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly skipped: readonly SkippedRowField[];
}

/** `current`: the record's present values, for lists that are added to. */
export function encodeFields(
  client: Pick<CrmClient, 'encode' | 'encodeAppended'>,
  writes: readonly FieldWrite[],
  schema: CrmFields,
  current: ReadonlyMap<string, string> = new Map(),
): EncodedFields {
  const fields: Record<string, unknown> = {};
  const skipped: SkippedRowField[] = [];
  for (const write of writes) {
    const field = schema.get(write.field);
    if (write.when !== 'append') fields[write.field] = client.encode(write.value, field);
    else {
      const native = client.encodeAppended?.(write.value, field);
      const { text, omitted } = appendedText(current.get(write.field) ?? '', write.value, field?.maxLength);
      fields[write.field] = native ?? client.encode(text, field);
      if (native === undefined && omitted > 0) skipped.push(listFull(write.field, omitted));
    }
  }
  return { fields, skipped };
}

/** The fields of a person whose present value must be read before it is added to. */
export function fieldsToRead(
  client: Pick<CrmClient, 'encodeAppended'>,
  writes: readonly FieldWrite[],
  schema: CrmFields,
): string[] {
  return writes
    .filter(({ when, field, value }) => {
      return when === 'append' && client.encodeAppended?.(value, schema.get(field)) === undefined;
    })
    .map(({ field }) => field);
}

/** Leaves out what this user may not write, by the CRM's description: asking first saves a request per batch. */
export function withoutReadOnly(
  { fields, skipped }: EncodedFields,
  schema: CrmFields,
  operation: Row['operation'],
): EncodedFields {
  const readOnly = Object.keys(fields).filter((name) => !mayWrite(schema.get(name), operation));
  if (readOnly.length === 0) return { fields, skipped };
  const kept = Object.entries(fields).filter(([name]) => !readOnly.includes(name));
  const reason =
    operation === 'update'
      ? 'this user may not change it on an existing record'
      : 'this user may not set it on a new record';
  const more = readOnly.map((field) => ({ field, code: 'FIELD_READ_ONLY', reason }));
  return { fields: Object.fromEntries(kept), skipped: [...skipped, ...more] };
}

/** A field that the schema does not describe is sent as it is: the CRM decides. */
function mayWrite(field: CrmField | undefined, operation: Row['operation']): boolean {
  if (!field) return true;
  return operation === 'update' ? field.updateable : field.createable;
}

function listFull(field: string, omitted: number): SkippedRowField {
  const items = omitted === 1 ? 'one item does' : `${omitted} items do`;
  return { field, code: LIST_FULL, reason: `the field is full: ${items} not fit and were not added` };
}
