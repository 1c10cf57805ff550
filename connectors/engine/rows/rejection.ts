/** Why the CRM rejects a row. A connector reads it from the CRM's response; `kind` decides the consequence. */

export interface Rejection {
  readonly kind: RejectionKind;
  /** The CRM's own code, never its message: messages quote values. */
  readonly code: string;
  /** Fields the CRM names. */
  readonly fields: readonly string[];
  /** For `exists` and `duplicate`: the record that is in the way, where the CRM names it. */
  readonly id?: string | undefined;
  /** The CRM's own words where they help and quote no values: a limit, an administrator's rule. Numbers are masked. */
  readonly text?: string | undefined;
  /** Under which the vendor's support finds the request. */
  readonly correlationId?: string | undefined;
  /** The row was not tried alone: others were rejected so, and none was written. Final only if that is true of everybody. */
  readonly presumed?: true;
}

/** The CRM's code, with the text that explains it. */
export function explained({ code, text }: Rejection): string {
  return text === undefined ? code : `${code}: “${text}”`;
}

/** Rejections of an update after which the record is there, as it was: its activities may be written. */
const RECORD_STAYS: readonly RejectionKind[] = ['permanent', 'field', 'duplicate', 'locked'];

export function recordStays({ kind }: Rejection): boolean {
  return RECORD_STAYS.includes(kind);
}

export type RejectionKind =
  /** For now: a row lock, a timeout of the CRM's own. */
  | 'temporary'
  /** The CRM did not say what became of the row. */
  | 'unreported'
  /** A named field does not exist in the CRM: no row can have it. */
  | 'field-missing'
  /** The key may not write a named field: no row can have it. */
  | 'field-denied'
  /** A field's value is rejected; the rest may be written. */
  | 'field'
  /** Another record has got the key since it was looked up. */
  | 'conflict'
  /** The record to update, or one that the row names, is gone. */
  | 'gone'
  /** The record is there already, under our key. */
  | 'exists'
  /** The person that the row belongs to is not there. */
  | 'parent-missing'
  /** Perhaps because the row names its person by key: with the record id it may be accepted. */
  | 'parent-reference'
  /** The CRM takes the key for another person's, whose key differs in case only. */
  | 'key-taken'
  /** A duplicate rule of the CRM's blocks it. */
  | 'duplicate'
  /** The record was converted into one of another kind. */
  | 'converted'
  /** A process of the CRM's, such as an approval, holds this record: nobody may change it for now. */
  | 'locked'
  /** The batch has spent its requests before this row was tried. */
  | 'not-tried'
  /** Until a person acts. */
  | 'permanent';

export const UNREPORTED: Rejection = { kind: 'unreported', code: 'NO_RESULT', fields: [] };
export const PARENT_MISSING: Rejection = { kind: 'parent-missing', code: 'PARENT_MISSING', fields: [] };
export const KEY_TAKEN: Rejection = { kind: 'key-taken', code: 'KEY_DIFFERS_IN_CASE', fields: [] };
export const NOT_TRIED: Rejection = { kind: 'not-tried', code: 'REQUEST_BUDGET', fields: [] };
