/** The results of reading a value, and of coercing it to a field. */
import type { FieldValue } from '../../../connectors/connector.ts';

/**
 * A reader returns the value, `undefined` for what is not of that kind, or AMBIGUOUS for what could mean two things.
 * An ambiguous value is never guessed.
 */
export const AMBIGUOUS = Symbol('ambiguous');

export type Read<T> = T | undefined | typeof AMBIGUOUS;

/** Why a value is not written. Stable: logs, `status` and documentation refer to it. */
export type ValueCode =
  /** Not a value of the type that `as`, or the CRM's field, takes. */
  | 'VALUE_TYPE_MISMATCH'
  /** Could mean two things, such as `1,200`. */
  | 'VALUE_AMBIGUOUS'
  | 'VALUE_TOO_LONG'
  /** The CRM's field has no such option. */
  | 'OPTION_MISSING';

/** `reason` never holds the value, which is personal data. */
export type Coerced = { readonly value: FieldValue } | { readonly code: ValueCode; readonly reason: string };
