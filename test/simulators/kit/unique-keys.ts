/** Values that only one record, or one row of a request, may have. */
import type { Table } from './table.ts';
import type { FieldValue } from './value-index.ts';

/** The form in which two texts are compared. */
export function sameCase(caseSensitive: boolean, text: string): string {
  return caseSensitive ? text : text.toLowerCase();
}

/** The record other than `self` that has the value. */
export function otherHolder<T>(
  table: Table<T>,
  field: string,
  value: FieldValue,
  isSelf: (record: T) => boolean,
): T | undefined {
  return table.matches(field, value).find((record) => !isSelf(record));
}

/** Unique values that earlier rows of a batch will hold once the batch is written. */
export class ValueClaims {
  readonly #ids = new Map<string, string>();

  /** The id of the record that will hold the value. */
  holder(field: string, value: string): string | undefined {
    return this.#ids.get(`${field} ${value}`);
  }

  add(field: string, value: string, id: string): void {
    this.#ids.set(`${field} ${value}`, id);
  }
}

/** The items whose key an earlier item has too; items without a key do not count. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => string | undefined): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (key === undefined) return false;
    const isRepeated = seen.has(key);
    seen.add(key);
    return isRepeated;
  });
}
