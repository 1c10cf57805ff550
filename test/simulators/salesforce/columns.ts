import { ApiError, noSuchColumn, RecordRefused } from './api-error.ts';
import type { Field, SObject } from './field.ts';
import type { Org } from './org.ts';

/** The values of a sent record by field: plain values, and parents given by an external id. */
export interface Columns {
  readonly scalars: ReadonlyMap<Field, unknown>;
  readonly parents: ReadonlyMap<Field, unknown>;
}

export function columnsOf(org: Org, object: SObject, record: unknown): Columns {
  const scalars = new Map<Field, unknown>();
  const parents = new Map<Field, unknown>();
  for (const [name, value] of Object.entries(asRecord(record))) {
    if (name === 'attributes' || name.toLowerCase() === 'id') continue;
    const field = org.access.seen(object, name);
    const relationship = field ? undefined : relationshipField(org, object, name);
    if (field) scalars.set(field, value);
    else if (relationship) parents.set(relationship, value);
    else throw unknownColumn(org, object, name);
  }
  return { scalars, parents };
}

export function asRecord(record: unknown): Record<string, unknown> {
  if (typeof record === 'object' && record !== null && !Array.isArray(record)) {
    return record as Record<string, unknown>;
  }
  throw new ApiError(400, 'JSON_PARSER_ERROR', 'The records must be JSON objects');
}

function relationshipField(org: Org, object: SObject, name: string): Field | undefined {
  return org.access.allSeen(object).find((field) => field.relationshipName === name);
}

function unknownColumn(org: Org, object: SObject, name: string): Error {
  const refused = noSuchColumn(name, object.name);
  if (org.settings.unknownColumn === 'refuse-request') return refused;
  return new RecordRefused('INVALID_FIELD', refused.message);
}
