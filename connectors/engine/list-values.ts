/** Lists that are added to (`append`), whether the CRM keeps them as lists or as text separated by `;`. */
import type { FieldValue } from '../connector.ts';

/** The present and the added items, each once; a list when a list is added, else text. */
export function appendedList(present: FieldValue, added: FieldValue): FieldValue {
  const items = [...new Set([...itemsOf(present), ...itemsOf(added)])];
  return Array.isArray(added) ? items : items.join(';');
}

/**
 * The same as text of at most `maxLength` characters. Whole items that do not fit are not added, and counted in
 * `omitted`: half an item would be another one.
 */
export function appendedText(
  present: string,
  added: FieldValue,
  maxLength = Number.POSITIVE_INFINITY,
): { readonly text: string; readonly omitted: number } {
  const before = itemsOf(present);
  const further = itemsOf(added).filter((item) => !before.includes(item));
  let text = before.join(';');
  let omitted = 0;
  for (const item of new Set(further)) {
    const longer = text === '' ? item : `${text};${item}`;
    if (longer.length <= maxLength) text = longer;
    else omitted += 1;
  }
  return { text, omitted };
}

export function itemsOf(value: FieldValue): readonly string[] {
  const items = typeof value === 'object' ? value : String(value).split(';');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}
