/** A row to be written, what became of it, and what it can do without. */
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import type { Refusal } from './refusals.ts';

export interface Row {
  /** Unique in the batch. */
  readonly name: string;
  /** `upsert` by the person key, `update` by Id, `create`. */
  readonly operation: 'upsert' | 'update' | 'create';
  readonly sobject: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The row in whose favour this one fails: its person's. */
  readonly parent?: string | undefined;
  /** Fields it was to have, and cannot. */
  readonly skippedFields?: readonly Dropped[];
}

export type RowResult =
  | {
      readonly status: 'written';
      readonly id: string | undefined;
      readonly skippedFields: readonly Dropped[];
      /** It was there already, and is as it was. */
      readonly already?: boolean;
    }
  | { readonly status: 'refused'; readonly refusal: Refusal };

export interface Dropped {
  readonly field: string;
  readonly reason: string;
}

/** Without these a row is not worth writing, or cannot be. */
const INDISPENSABLE = [
  'Id',
  'attributes',
  PERSON_KEY,
  TASK_KEY,
  'Who',
  'WhoId',
  'LastName',
  'Subject',
  'Company',
];

/** The fields of the row that are to blame, or may be, and that it can do without. */
export function dispensable({ fields }: Row, refusal: Refusal): readonly string[] {
  const among = (names: readonly string[]) =>
    names.filter((name) => name in fields && !INDISPENSABLE.includes(name));
  switch (refusal.kind) {
    case 'fields': {
      const named = among(refusal.fields);
      return named.length > 0 ? named : among(['WhatId']);
    }
    // Whether the person is gone or the owner is not always told.
    case 'gone':
      return among(['WhatId', 'OwnerId']);
    case 'final':
      return among(['WhatId']);
    default:
      return [];
  }
}

export function without(row: Row, fields: readonly string[], code: string): Row {
  if (fields.length === 0) return row;
  const kept = Object.entries(row.fields).filter(([name]) => !fields.includes(name));
  const gone = fields.map((field) => ({ field, reason: `Salesforce refuses it: ${code}` }));
  return { ...row, fields: Object.fromEntries(kept), skippedFields: [...(row.skippedFields ?? []), ...gone] };
}

/** These have nothing to do with how the row names its person. */
const OWN_FAULT =
  /^(REQUIRED_FIELD_MISSING|FIELD_CUSTOM_VALIDATION_EXCEPTION|FIELD_FILTER_VALIDATION_EXCEPTION|STRING_TOO_LONG|INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST|CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY|INSUFFICIENT_ACCESS.*|DUPLICATE.*)$/;

/** An org may refuse a person named by key in many words, so whatever is not explained otherwise may be that. */
export function suspect({ fields }: Row, refusal: Refusal): Refusal | undefined {
  if (!('Who' in fields)) return undefined;
  if (refusal.kind !== 'final' && refusal.kind !== 'fields' && refusal.kind !== 'gone') return undefined;
  return OWN_FAULT.test(refusal.code) ? undefined : { kind: 'nesting', code: refusal.code };
}
