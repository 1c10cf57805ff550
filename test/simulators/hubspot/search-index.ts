/** The records as search sees them: a write becomes visible after a lag. */
import { Table } from '../kit/table.ts';
import type { CrmRecord } from './crm-record.ts';
import type { Property } from './property.ts';
import type { PropertyRegistry } from './property-registry.ts';

interface PendingChange {
  readonly visibleAt: number;
  readonly id: string;
  readonly record: CrmRecord | undefined;
}

export class SearchIndex {
  readonly #registry: PropertyRegistry;
  readonly #visible: Table<CrmRecord>;
  #pending: PendingChange[] = [];

  constructor(registry: PropertyRegistry) {
    this.#registry = registry;
    this.#visible = new Table<CrmRecord>({
      idOf: ({ id }) => id,
      valueOf: ({ properties }, name) => {
        const value = properties[name];
        return value === undefined ? undefined : this.indexed(name, value);
      },
    });
  }

  change(id: string, record: CrmRecord | undefined, lagMs: number): void {
    this.#pending.push({ visibleAt: Date.now() + lagMs, id, record });
  }

  /** Makes visible the changes that are due by then. */
  showDue(until = Date.now()): void {
    const firstWaiting = this.#pending.findIndex(({ visibleAt }) => visibleAt > until);
    const due = firstWaiting === -1 ? this.#pending : this.#pending.slice(0, firstWaiting);
    this.#pending = firstWaiting === -1 ? [] : this.#pending.slice(firstWaiting);
    for (const { id, record } of due) {
      if (record) this.#visible.put(record);
      else this.#visible.remove(id);
    }
  }

  all(): Iterable<CrmRecord> {
    return this.#visible.list();
  }

  /** The records with one of these values, given in the form of `indexed`. */
  withValue(name: string, values: readonly string[]): CrmRecord[] {
    return [...new Set(values.flatMap((value) => this.#visible.matches(name, value)))];
  }

  /** Text is indexed in lower case. */
  indexed(name: string, value: string): string {
    return isText(this.#registry.get(name)) ? value.toLowerCase() : value;
  }
}

function isText(property: Property | undefined): boolean {
  return property?.type === 'string' || property?.type === 'phone_number';
}
