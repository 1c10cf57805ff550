/** The value a rule starts from: what the event holds at its paths, translated by its table. */
import { fold, toText } from './coerce/text.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { Scalar } from './schema/values.ts';

export function firstPresent(paths: readonly string[], view: EventView): unknown {
  for (const path of paths) {
    const value = lookUp(view, path);
    if (!isAbsent(value)) return value;
  }
  return undefined;
}

/** Nothing to write. An empty list is a value: no tags. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

export interface ValueTable {
  readonly values?: Readonly<Record<string, Scalar>> | undefined;
  readonly otherwise?: Scalar | undefined;
}

/** The table's entry of this name, else the only one that differs in case and accents alone. */
export function translate(raw: unknown, { values, otherwise }: ValueTable): unknown {
  if (values === undefined || raw === undefined) return raw;
  // A structure has no name; String would call a `toString` that came with the event.
  const name = toText(raw);
  if (name === undefined) return otherwise;
  if (Object.hasOwn(values, name)) return values[name];
  const alike = Object.keys(values).filter((key) => fold(key) === fold(name));
  return alike.length === 1 ? values[alike[0]!] : otherwise;
}
