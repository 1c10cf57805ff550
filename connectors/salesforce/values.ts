/** Neutral values as Salesforce takes them in JSON. */
import type { FieldValue } from '../connector.ts';

/** An empty text is rejected by some types; null empties every field. */
export function toJson(value: FieldValue): string | number | boolean | null {
  const plain = isList(value) ? value.join(';') : value;
  return plain === '' ? null : plain;
}

function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}
