/** The records of one object type, its properties and its search index. */
import { Table } from '../kit/table.ts';
import { sameCase } from '../kit/unique-keys.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectType } from './object-type.ts';
import { PropertyRegistry } from './property-registry.ts';
import { noFaults } from './record-faults.ts';
import { SearchIndex } from './search-index.ts';
import type { Settings } from './settings.ts';

export class ObjectStore {
  readonly type: ObjectType;
  readonly registry: PropertyRegistry;
  readonly index: SearchIndex;
  readonly records: Table<CrmRecord>;
  readonly faults = noFaults();

  /** The record that a former id leads to. */
  readonly #successors = new Map<string, string>();

  constructor(type: ObjectType, settings: Settings) {
    this.type = type;
    this.registry = new PropertyRegistry(type, () => settings.propertyLagMs);
    this.index = new SearchIndex(this.registry);
    this.records = new Table<CrmRecord>(
      {
        idOf: ({ id }) => id,
        valueOf: ({ properties }, name) => properties[name],
        comparable: (name, value) =>
          sameCase(!settings.uniqueIgnoresCase || !this.registry.isUnique(name), String(value)),
      },
      (id, record) => this.index.change(id, record, settings.lagMs),
    );
  }

  /** The record that has this value of a unique property. */
  findUnique(property: string, value: string): CrmRecord | undefined {
    return this.records.matches(property, value)[0];
  }

  /** A record with a new id takes the place of these. */
  merged(id: string, formerIds: readonly string[]): void {
    for (const [former, current] of this.#successors)
      if (formerIds.includes(current)) this.#successors.set(former, id);
    for (const former of formerIds) this.#successors.set(former, id);
  }

  formerIds(id: string): string[] {
    return [...this.#successors].flatMap(([former, current]) => (current === id ? [former] : []));
  }

  /** The record that this former id leads to. */
  successor(id: string): CrmRecord | undefined {
    return this.records.get(this.#successors.get(id) ?? '');
  }

  /** Creates or updates; an empty value is removed. */
  put(id: string, changes: Readonly<Record<string, string>>): CrmRecord {
    const { createdProperty, modifiedProperty } = this.type;
    const before = this.records.get(id);
    const now = new Date().toISOString();
    const createdAt = before?.createdAt ?? changes[createdProperty] ?? now;
    const merged = Object.entries({ ...before?.properties, ...changes }).filter(([, value]) => value !== '');
    const properties = {
      ...Object.fromEntries(merged),
      hs_object_id: id,
      [createdProperty]: createdAt,
      [modifiedProperty]: now,
    };
    const emptied = Object.keys(changes).filter((name) => changes[name] === '');
    const cleared = [...new Set([...(before?.cleared ?? []), ...emptied])].filter(
      (name) => !(name in properties),
    );
    const record = { id, properties, createdAt, updatedAt: now, ...(cleared.length > 0 && { cleared }) };
    this.records.put(record);
    return record;
  }
}
