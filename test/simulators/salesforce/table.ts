import type { SObject } from './field.ts';
import { shortId } from './record-id.ts';

export type Value = string | number | boolean | null;
export type Row = Readonly<Record<string, Value>> & { readonly Id: string };

type Undo = () => void;

/** The rows of one object, with an index on every field by which rows are looked up. */
export class Table {
  readonly #object: SObject;
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(object: SObject) {
    this.#object = object;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(shortId(id));
  }

  /** Rows that are not in the recycle bin, oldest first. */
  live(): Row[] {
    return [...this.#rows.values()].filter((row) => row.IsDeleted !== true);
  }

  /** Live rows whose field holds the value, by the field's own rule of case. */
  matches(field: string, value: Value): Row[] {
    if (value === null) return [];
    const ids = this.#index(field).get(this.#indexKey(field, value)) ?? [];
    return [...ids].map((id) => this.#rows.get(id)!);
  }

  /** Adds or replaces a row; the answer takes it back. */
  put(row: Row): Undo {
    const id = shortId(row.Id);
    const before = this.#rows.get(id);
    this.#replace(id, before, row);
    return () => this.#replace(id, row, before);
  }

  #replace(id: string, before: Row | undefined, after: Row | undefined): void {
    for (const [field, index] of this.#indexes) {
      if (before) index.get(this.#indexKey(field, before[field] ?? null))?.delete(id);
      if (after) this.#enter(index, field, after);
    }
    if (after) this.#rows.set(id, after);
    else this.#rows.delete(id);
  }

  #index(field: string): Map<string, Set<string>> {
    const known = this.#indexes.get(field);
    if (known) return known;
    const index = new Map<string, Set<string>>();
    for (const row of this.#rows.values()) this.#enter(index, field, row);
    this.#indexes.set(field, index);
    return index;
  }

  #enter(index: Map<string, Set<string>>, field: string, row: Row): void {
    const value = row[field] ?? null;
    if (value === null || row.IsDeleted === true) return;
    const key = this.#indexKey(field, value);
    const ids = index.get(key) ?? new Set();
    index.set(key, ids.add(shortId(row.Id)));
  }

  #indexKey(field: string, value: Value): string {
    return sameCase(this.#object.fields.get(field)?.caseSensitive === true, String(value));
  }
}

/** The form in which two values of a field are compared. */
export function sameCase(caseSensitive: boolean, text: string): string {
  return caseSensitive ? text : text.toLowerCase();
}
