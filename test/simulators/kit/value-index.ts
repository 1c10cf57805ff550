/** Finds records by the value of a field. A field is indexed when it is first searched by. */

export type FieldValue = string | number | boolean | null;

/** How one kind of record is stored and compared. */
export interface RecordSchema<T> {
  /** The form in which ids are compared. */
  readonly key: (id: string) => string;
  readonly idOf: (record: T) => string;
  /** Absent and null values are not indexed. */
  readonly valueOf: (record: T, field: string) => FieldValue | undefined;
  /** The form in which two values of the field are compared. */
  readonly comparable: (field: string, value: FieldValue) => string;
  /** A soft-deleted record is kept, but found by its id only. */
  readonly isDeleted: (record: T) => boolean;
}

export class ValueIndex<T> {
  readonly #schema: RecordSchema<T>;
  readonly #all: () => Iterable<T>;
  /** Field, comparable value, record keys. */
  readonly #fields = new Map<string, Map<string, Set<string>>>();

  constructor(schema: RecordSchema<T>, all: () => Iterable<T>) {
    this.#schema = schema;
    this.#all = all;
  }

  /** The keys of the records whose field has the value, in the order in which they got it. */
  keysWith(field: string, value: FieldValue): Iterable<string> {
    return this.#valuesOf(field).get(this.#schema.comparable(field, value)) ?? [];
  }

  replace(before: T | undefined, after: T | undefined): void {
    for (const [field, values] of this.#fields) {
      if (before) this.#removeFrom(values, field, before);
      if (after) this.#addTo(values, field, after);
    }
  }

  #valuesOf(field: string): Map<string, Set<string>> {
    const indexed = this.#fields.get(field);
    if (indexed) return indexed;
    const values = new Map<string, Set<string>>();
    for (const record of this.#all()) this.#addTo(values, field, record);
    this.#fields.set(field, values);
    return values;
  }

  #removeFrom(values: Map<string, Set<string>>, field: string, record: T): void {
    const value = this.#schema.valueOf(record, field) ?? null;
    if (value === null) return;
    values.get(this.#schema.comparable(field, value))?.delete(this.#keyOf(record));
  }

  #addTo(values: Map<string, Set<string>>, field: string, record: T): void {
    const value = this.#schema.valueOf(record, field) ?? null;
    if (value === null || this.#schema.isDeleted(record)) return;
    const comparable = this.#schema.comparable(field, value);
    const keys = values.get(comparable) ?? new Set();
    values.set(comparable, keys.add(this.#keyOf(record)));
  }

  #keyOf(record: T): string {
    return this.#schema.key(this.#schema.idOf(record));
  }
}
