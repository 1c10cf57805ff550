/** One customer's HubSpot: its records, their properties, and how it behaves. */
import { Associations } from './associations.ts';
import { ObjectStore } from './object-store.ts';
import { OBJECT_TYPES, TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Settings } from './settings.ts';

export class Portal {
  readonly settings: Settings;
  readonly associations = new Associations();
  readonly #objects: Readonly<Record<TypeName, ObjectStore>>;
  /** HubSpot's record ids are long numbers. */
  #lastId = 90_000_000_000;

  constructor(settings: Settings) {
    this.settings = settings;
    const stores = TYPE_NAMES.map((name) => [
      name,
      new ObjectStore(OBJECT_TYPES[name], () => settings.lagMs),
    ]);
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
    for (const { index } of Object.values(this.#objects)) index.showDue(Number.POSITIVE_INFINITY);
  }

  remove(type: TypeName, id: string): boolean {
    this.associations.removeAll({ type, id });
    return this.of(type).records.remove(id);
  }
}
