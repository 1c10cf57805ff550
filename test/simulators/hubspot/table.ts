/** The records of one type, by id and by every unique property. */
import type { ObjectType } from './object-type.ts';
import type { PropertyRegistry } from './property-registry.ts';

export interface CrmRecord {
  readonly id: string;
  /** Those that have a value. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type Watcher = (id: string, record: CrmRecord | undefined) => void;

export class Table {
  readonly type: ObjectType;
  readonly #registry: PropertyRegistry;
  readonly #watch: Watcher;
  readonly #records = new Map<string, CrmRecord>();
  /** Property, value, record id. */
  readonly #unique = new Map<string, Map<string, string>>();

  constructor(registry: PropertyRegistry, watch: Watcher) {
    this.type = registry.type;
    this.#registry = registry;
    this.#watch = watch;
  }

  get(id: string): CrmRecord | undefined {
    return this.#records.get(id);
  }

  find(property: string, value: string): CrmRecord | undefined {
    const id = this.#unique.get(property)?.get(value);
    return id === undefined ? undefined : this.#records.get(id);
  }

  list(): CrmRecord[] {
    return [...this.#records.values()];
  }

  /** Creates or updates; an empty value is removed. */
  put(id: string, changes: Readonly<Record<string, string>>): CrmRecord {
    const { createdProperty, modifiedProperty } = this.type;
    const before = this.#records.get(id);
    const now = new Date().toISOString();
    const createdAt = before?.createdAt ?? changes[createdProperty] ?? now;
    const properties: Record<string, string> = { ...before?.properties };
    for (const [name, value] of Object.entries(changes)) {
      if (this.#registry.isUnique(name)) this.#reindex(name, properties[name], value, id);
      if (value === '') delete properties[name];
      else properties[name] = value;
    }
    Object.assign(properties, { hs_object_id: id, [createdProperty]: createdAt, [modifiedProperty]: now });
    const record = { id, properties, createdAt, updatedAt: now };
    this.#records.set(id, record);
    this.#watch(id, record);
    return record;
  }

  remove(id: string): boolean {
    const record = this.#records.get(id);
    if (!record) return false;
    for (const [name, ids] of this.#unique) {
      const value = record.properties[name];
      if (value !== undefined) ids.delete(value);
    }
    this.#records.delete(id);
    this.#watch(id, undefined);
    return true;
  }

  #reindex(name: string, before: string | undefined, after: string, id: string): void {
    const ids = this.#unique.get(name) ?? new Map<string, string>();
    this.#unique.set(name, ids);
    if (before !== undefined) ids.delete(before);
    if (after !== '') ids.set(after, id);
  }
}
