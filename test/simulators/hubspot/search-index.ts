/** What search sees: the records as they were a while ago, findable by any property's value. */
import type { Property } from './property.ts';
import type { PropertyRegistry } from './property-registry.ts';
import type { CrmRecord } from './table.ts';

interface Change {
  readonly visibleAt: number;
  readonly id: string;
  readonly record: CrmRecord | undefined;
}

export class SearchIndex {
  readonly #registry: PropertyRegistry;
  readonly #visible = new Map<string, CrmRecord>();
  /** Property, value, record ids; for those properties that were searched by. */
  readonly #byValue = new Map<string, Map<string, Set<string>>>();
  #pending: Change[] = [];

  constructor(registry: PropertyRegistry) {
    this.#registry = registry;
  }

  change(id: string, record: CrmRecord | undefined, lagMs: number): void {
    this.#pending.push({ visibleAt: Date.now() + lagMs, id, record });
  }

  /** Makes visible what is due, or all. */
  settle(until = Date.now()): void {
    const waiting = this.#pending.findIndex(({ visibleAt }) => visibleAt > until);
    const due = waiting === -1 ? this.#pending : this.#pending.slice(0, waiting);
    this.#pending = waiting === -1 ? [] : this.#pending.slice(waiting);
    for (const { id, record } of due) this.#show(id, record);
  }

  all(): Iterable<CrmRecord> {
    return this.#visible.values();
  }

  /** The records with one of these values, as `indexed` writes them. */
  withValue(name: string, values: readonly string[]): CrmRecord[] {
    const ids = new Set<string>();
    for (const value of values) {
      for (const id of this.#valuesOf(name).get(value) ?? []) ids.add(id);
    }
    return [...ids].map((id) => this.#visible.get(id)!);
  }

  /** Text is indexed in lower case. */
  indexed(name: string, value: string): string {
    return isText(this.#registry.get(name)) ? value.toLowerCase() : value;
  }

  #valuesOf(name: string): Map<string, Set<string>> {
    const known = this.#byValue.get(name);
    if (known) return known;
    this.#byValue.set(name, new Map());
    for (const record of this.#visible.values()) this.#enter(name, record);
    return this.#byValue.get(name)!;
  }

  #show(id: string, record: CrmRecord | undefined): void {
    const before = this.#visible.get(id);
    for (const [name, ids] of this.#byValue) {
      const value = before?.properties[name];
      if (value !== undefined) ids.get(this.indexed(name, value))?.delete(id);
    }
    if (!record) {
      this.#visible.delete(id);
      return;
    }
    this.#visible.set(id, record);
    for (const name of this.#byValue.keys()) this.#enter(name, record);
  }

  #enter(name: string, { id, properties }: CrmRecord): void {
    const value = properties[name];
    if (value === undefined) return;
    const ids = this.#byValue.get(name)!;
    const key = this.indexed(name, value);
    const same = ids.get(key);
    if (same) same.add(id);
    else ids.set(key, new Set([id]));
  }
}

function isText(property: Property | undefined): boolean {
  return property?.type === 'string' || property?.type === 'phone_number';
}
