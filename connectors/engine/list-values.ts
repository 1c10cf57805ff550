/** Lists that are added to, whether the CRM keeps them as lists or as text divided by `;`. */
import type { FieldValue } from '../connector.ts';

/** What is there and what is added to it, each once; of the kind of what is added. */
export function appended(present: FieldValue, added: FieldValue): FieldValue {
  const items = [...new Set([...itemsOf(present), ...itemsOf(added)])];
  return Array.isArray(added) ? items : items.join(';');
}

function itemsOf(value: FieldValue): readonly string[] {
  const items = typeof value === 'object' ? value : String(value).split(';');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}
