/** The records of one kind, by id and by the value of any field. */
import { type FieldValue, type RecordSchema, ValueIndex } from './value-index.ts';

export type Undo = () => void;

/** The id that changed, and the record after the change; undefined once it is removed. */
export type ChangeListener<T> = (id: string, record: T | undefined) => void;

export class Table<T> {
  readonly #schema: RecordSchema<T>;
  readonly #records = new Map<string, T>();
  readonly #index: ValueIndex<T>;
  readonly #changed: ChangeListener<T>;

  constructor(
    schema: Partial<RecordSchema<T>> & Pick<RecordSchema<T>, 'idOf' | 'valueOf'>,
    changed: ChangeListener<T> = () => {},
  ) {
    this.#schema = {
      key: (id) => id,
      comparable: (_, value) => String(value),
      isDeleted: () => false,
      ...schema,
    };
    this.#index = new ValueIndex(this.#schema, () => this.#records.values());
    this.#changed = changed;
  }

  /** Soft-deleted records included. */
  get size(): number {
    return this.#records.size;
  }

  /** Soft-deleted records included. */
  get(id: string): T | undefined {
    return this.#records.get(this.#schema.key(id));
  }

  /** Records that are not deleted, oldest first. */
  list(): T[] {
    return [...this.#records.values()].filter((record) => !this.#schema.isDeleted(record));
  }

  /** Soft-deleted records too. */
  listAll(): T[] {
    return [...this.#records.values()];
  }

  /** Records that are not deleted and whose field has the value. */
  matches(field: string, value: FieldValue): T[] {
    if (value === null) return [];
    return [...this.#index.keysWith(field, value)].map((key) => this.#records.get(key)!);
  }

  /** Adds or replaces a record. */
  put(record: T): Undo {
    const id = this.#schema.idOf(record);
    const before = this.get(id);
    this.#replace(id, before, record);
    return () => this.#replace(id, record, before);
  }

  remove(id: string): boolean {
    const record = this.get(id);
    if (!record) return false;
    this.#replace(id, record, undefined);
    return true;
  }

  #replace(id: string, before: T | undefined, after: T | undefined): void {
    this.#index.replace(before, after);
    if (after) this.#records.set(this.#schema.key(id), after);
    else this.#records.delete(this.#schema.key(id));
    this.#changed(id, after);
  }
}
