/** A record to be written, and what became of it. */
import type { CrmObject } from '../../connector.ts';
import type { Rejection } from './rejection.ts';

export interface Row {
  /** Unique in the batch: `person <key>`, `call <call id>`, `task <key>`. */
  readonly name: string;
  readonly object: CrmObject;
  /** `update` by record id, `upsert` by the unique key, `create` with the unique key. */
  readonly operation: 'create' | 'update' | 'upsert';
  /** The record to update. */
  readonly id?: string;
  /** The value of the object's unique key field. */
  readonly key: string;
  /** In the CRM's own form. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The row of the person that an activity belongs to. */
  readonly parent?: string;
  /** That person's record, once its id is known. */
  readonly parentId?: string;
  /** That person's key: the row names a person who is created in the same request. */
  readonly parentKey?: string;
  /** Fields it was to have, and does not. */
  readonly skipped: readonly SkippedRowField[];
}

export interface SkippedRowField {
  readonly field: string;
  readonly code: string;
  readonly reason: string;
}

export type RowResult =
  | {
      readonly status: 'written';
      /** Absent when the CRM says that the record is there, but not which one. */
      readonly id?: string;
      readonly skipped: readonly SkippedRowField[];
      /** It was there already, and is as it was. */
      readonly alreadyThere?: boolean;
    }
  | { readonly status: 'rejected'; readonly rejection: Rejection };

export type RowResults = Map<string, RowResult>;

export function rejectionOf(results: ReadonlyMap<string, RowResult>, name: string): Rejection | undefined {
  const result = results.get(name);
  return result?.status === 'rejected' ? result.rejection : undefined;
}

/** The id of a record that was written; undefined also when only the id is unknown. */
export function writtenId(results: ReadonlyMap<string, RowResult>, name: string): string | undefined {
  const result = results.get(name);
  return result?.status === 'written' ? result.id : undefined;
}

/** The row without fields that the CRM rejects; they are reported with its result. */
export function withoutFields(row: Row, names: readonly string[], reason: string): Row {
  if (names.length === 0) return row;
  const kept = Object.entries(row.fields).filter(([name]) => !names.includes(name));
  const skipped = names.map((field) => ({
    field,
    code: 'FIELD_REJECTED',
    reason,
  }));
  return { ...row, fields: Object.fromEntries(kept), skipped: [...row.skipped, ...skipped] };
}

/** The CRM accepted the row, and answered another value for this field. */
export function valueNotStored(crm: string, field: string): SkippedRowField {
  return { field, code: 'VALUE_NOT_STORED', reason: `${crm} took the record, but stored another value here` };
}
