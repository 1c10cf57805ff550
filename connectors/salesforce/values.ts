/** Neutral values as Salesforce takes them in JSON. */

import type { CrmFields, FieldValue, FieldWrite } from '../connector.ts';
import { appended } from '../engine/list-values.ts';

/** `current` holds the values read from the record, for lists that are extended. */
export function toJson(
  writes: readonly FieldWrite[],
  fields: CrmFields,
  current: ReadonlyMap<string, string> = new Map(),
): Record<string, unknown> {
  return Object.fromEntries(
    writes.map(({ field, value, when }) => {
      const text = isList(value) ? value.join(';') : value;
      // An empty text is refused by some types; null empties every field.
      if (when !== 'append') return [field, text === '' ? null : text];
      const joined = String(appended(current.get(field) ?? '', String(text)));
      return [field, joined.slice(0, fields.get(field)?.maxLength ?? joined.length)];
    }),
  );
}

function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}

export const needsCurrent = ({ when }: FieldWrite) => when === 'append';
