/** One customer's HubSpot: its records, their properties, and how it behaves. */
import { Associations } from './associations.ts';
import { OBJECT_TYPES, type ObjectType, TYPE_NAMES, type TypeName } from './object-type.ts';
import { PropertyRegistry } from './property-registry.ts';
import { SearchIndex } from './search-index.ts';
import type { Settings } from './settings.ts';
import { Table } from './table.ts';

export class Portal {
  readonly settings: Settings;
  readonly associations = new Associations();
  readonly #objects: Readonly<Record<TypeName, ObjectStore>>;
  /** HubSpot's record ids are long numbers, not small ones. */
  #lastId = 90_000_000_000;

  constructor(settings: Settings) {
    this.settings = settings;
    const stores = TYPE_NAMES.map((name) => [name, this.#storeOf(OBJECT_TYPES[name])]);
    this.#objects = Object.fromEntries(stores);
  }

  of(type: TypeName): ObjectStore {
    return this.#objects[type];
  }

  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  /** Makes all writes visible to search. */
  indexNow(): void {
    for (const { index } of Object.values(this.#objects)) index.settle(Number.POSITIVE_INFINITY);
  }

  remove(type: TypeName, id: string): boolean {
    this.associations.forget({ type, id });
    return this.of(type).table.remove(id);
  }

  #storeOf(type: ObjectType): ObjectStore {
    const registry = new PropertyRegistry(type);
    const index = new SearchIndex(registry);
    const table = new Table(registry, (id, record) => index.change(id, record, this.settings.lagMs));
    return { type, registry, table, index };
  }
}

/** Everything about one type of object. */
export interface ObjectStore {
  readonly type: ObjectType;
  readonly registry: PropertyRegistry;
  readonly table: Table;
  readonly index: SearchIndex;
}
