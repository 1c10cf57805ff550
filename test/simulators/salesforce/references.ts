import { RecordRefused } from './api-error.ts';
import type { Field, SObject } from './field.ts';
import type { Org } from './org.ts';
import type { Value } from './row.ts';

/** Rejects ids of no row, of the wrong object, of a deleted row or of a converted lead. */
export function checkReferences(org: Org, object: SObject, values: Readonly<Record<string, Value>>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = object.fields.get(name);
    if (field?.type === 'reference' && typeof value === 'string') checkReference(org, field, value);
  }
  if (object.name !== 'Task' || !values.WhatId || !String(values.WhoId ?? '').startsWith('00Q')) return;
  const message = 'Related To ID: cannot be set when the Name is a Lead';
  throw new RecordRefused('FIELD_INTEGRITY_EXCEPTION', message, ['WhatId']);
}

function checkReference(org: Org, field: Field, id: string): void {
  const target = org.objectOfId(id)?.name;
  if (target === undefined || !field.referenceTo.includes(target)) {
    const message = `${field.label}: id value of incorrect type: ${id}`;
    throw new RecordRefused('MALFORMED_ID', message, [field.name]);
  }
  const row = org.table(target).get(id);
  if (!row)
    throw new RecordRefused('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name]);
  if (row.IsDeleted === true) throw new RecordRefused('ENTITY_IS_DELETED', 'entity is deleted', [field.name]);
  if (row.IsConverted === true && field.name === 'WhoId') {
    throw new RecordRefused('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  }
}
