/** Values as text, lists as texts, and the form in which texts are compared. */
import { isExact } from './number.ts';

/** Lower case, without accents: in a call, texts are heard, not typed. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** Without NUL and without half of a surrogate pair: no database of a CRM holds the one, no UTF-8 text the other. */
export function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Between the items of a list kept as text. */
export const LIST_SEPARATOR = ';';

/** Lists become `a;b`; structures have no text. */
export function toText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return clean(raw).trim();
  if (typeof raw === 'number') return isExact(raw) ? String(raw) : undefined;
  if (typeof raw === 'boolean') return String(raw);
  return Array.isArray(raw) ? itemsOf(raw)?.join(LIST_SEPARATOR) : undefined;
}

/** Undefined when one of them has no text. */
export function itemsOf(list: readonly unknown[]): string[] | undefined {
  const items = list.map(toText);
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** A list, or a text such as `a;b`, as its distinct items. */
export function toList(raw: unknown): string[] | undefined {
  const items = Array.isArray(raw) ? itemsOf(raw) : toText(raw)?.split(LIST_SEPARATOR);
  return items && [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
}
