/** Neutral values as HubSpot takes them: always text. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */

import type { CrmFields, FieldValue, FieldWrite } from '../connector.ts';
import { appended } from '../engine/list-values.ts';

/** `current` holds the values read from the record, for lists that are extended. */
export function toProperties(
  writes: readonly FieldWrite[],
  fields: CrmFields,
  current: ReadonlyMap<string, string> = new Map(),
): Record<string, string> {
  return Object.fromEntries(
    writes.map((write) => {
      if (write.when !== 'append') return [write.field, toText(write.value)];
      return [write.field, extended(write, fields, current.get(write.field) ?? '')];
    }),
  );
}

function toText(value: FieldValue): string {
  return Array.isArray(value) ? value.join(';') : String(value);
}

/** A leading `;` makes HubSpot extend a list of options; a list kept as text is extended here. */
function extended({ field, value }: FieldWrite, fields: CrmFields, current: string): string {
  if (fields.get(field)?.type === 'options') return `;${toText(value)}`;
  return toText(appended(current, toText(value)));
}

/** Must the present value be known to write this? */
export function needsCurrent({ field, when }: FieldWrite, fields: CrmFields): boolean {
  return when === 'append' && fields.get(field)?.type !== 'options';
}
