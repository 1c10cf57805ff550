/** The records of one object type, its properties and its search index. */
import { Table } from '../kit/table.ts';
import type { CrmRecord } from './crm-record.ts';
import type { ObjectType } from './object-type.ts';
import { PropertyRegistry } from './property-registry.ts';
import { SearchIndex } from './search-index.ts';

export class ObjectStore {
  readonly type: ObjectType;
  readonly registry: PropertyRegistry;
  readonly index: SearchIndex;
  readonly records: Table<CrmRecord>;

  constructor(type: ObjectType, lagMs: () => number) {
    this.type = type;
    this.registry = new PropertyRegistry(type);
    this.index = new SearchIndex(this.registry);
    this.records = new Table<CrmRecord>(
      { idOf: ({ id }) => id, valueOf: ({ properties }, name) => properties[name] },
      (id, record) => this.index.change(id, record, lagMs()),
    );
  }

  /** The record that has this value of a unique property. */
  findUnique(property: string, value: string): CrmRecord | undefined {
    return this.records.matches(property, value)[0];
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
    const record = { id, properties, createdAt, updatedAt: now };
    this.records.put(record);
    return record;
  }
}
