/** The value a rule starts from: what the event holds at its paths, and what its table makes of it. */
import { AMBIGUOUS } from './coerce/coerced.ts';
import { clean, fold, LIST_SEPARATOR, toText } from './coerce/text.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { Scalar } from './schema/values.ts';

/** An empty list counts only where no other path holds a value: it must not hide what another path says. */
export function firstPresent(paths: readonly string[], view: EventView): unknown {
  const values = paths.map((path) => lookUp(view, path)).filter((value) => !isAbsent(value));
  return values.find((value) => !Array.isArray(value) || value.length > 0) ?? values[0];
}

/** Nothing to write. An empty list is a value: no tags. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && clean(value).trim() === '');
}

type Table = Readonly<Record<string, Scalar>>;

/**
 * The table's entries for a value: for a list, those of all its items, in the order of the table. None when the table
 * names nothing of it; AMBIGUOUS when it could be two entries.
 */
export function entriesFor(raw: unknown, table: Table): readonly Scalar[] | typeof AMBIGUOUS {
  const keys = new Set<string>();
  for (const name of namesOf(raw, table)) {
    const [key, ...others] = keysFor(name, table);
    if (others.some((other) => table[other] !== table[key!])) return AMBIGUOUS;
    if (key !== undefined) keys.add(key);
  }
  return Object.keys(table).flatMap((key) => (keys.has(key) ? table[key]! : []));
}

/** The texts that a table may name: each item of a list, and of a text such as `a;b` unless the table has the whole text. */
function namesOf(raw: unknown, table: Table): string[] {
  if (Array.isArray(raw)) return raw.flatMap((item) => namesOf(item, table));
  // A structure has no name; String would call a `toString` that came with the event.
  const text = toText(raw);
  if (text === undefined) return [];
  return keysFor(text, table).length > 0 ? [text] : text.split(LIST_SEPARATOR);
}

/** The entry of this name, else those that differ in case and accents alone. */
function keysFor(name: string, table: Table): string[] {
  if (Object.hasOwn(table, name)) return [name];
  return Object.keys(table).filter((key) => fold(key) === fold(name));
}
