/** Neutral values as HubSpot takes them: always text. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
import type { CrmField, FieldValue } from '../connector.ts';

export function toText(value: FieldValue): string {
  return Array.isArray(value) ? value.join(';') : String(value);
}

/** A leading `;` makes HubSpot add to a list of options; a list kept as text it cannot add to. */
export function toAppendedText(value: FieldValue, field: CrmField | undefined): string | undefined {
  return field?.type === 'options' ? `;${toText(value)}` : undefined;
}
