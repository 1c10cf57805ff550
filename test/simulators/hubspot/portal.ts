/** One customer's HubSpot: its records, their properties, and how it behaves. */
import { type Association, Associations } from './associations.ts';
import type { CrmRecord } from './crm-record.ts';
import { ObjectStore } from './object-store.ts';
import { OBJECT_TYPES, TYPE_NAMES, type TypeName } from './object-type.ts';
import type { Settings } from './settings.ts';

/** All records and links, as `GET /__state` answers them. */
export type PortalState = Readonly<Partial<Record<TypeName, readonly CrmRecord[]>>> & {
  readonly associations: readonly Association[];
};

export class Portal {
  readonly settings: Settings;
  readonly associations = new Associations();
  readonly #objects: Readonly<Record<TypeName, ObjectStore>>;
  /** HubSpot's record ids are long numbers. */
  #lastId = 90_000_000_000;

  constructor(settings: Settings) {
    this.settings = settings;
    const stores = TYPE_NAMES.map((name) => [name, new ObjectStore(OBJECT_TYPES[name], settings)]);
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

  /**
   * A user merges two records: a new one with a new id, to which both former ids lead. The first one's values win.
   * https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies
   */
  merge(type: TypeName, primary: string, secondary: string): string {
    const store = this.of(type);
    const [first, second] = [store.records.get(primary)!, store.records.get(secondary)!];
    const id = this.nextId();
    const linked = [first, second].flatMap((record) =>
      TYPE_NAMES.flatMap((other) => this.associations.of({ type, id: record.id }, other)),
    );
    for (const record of [first, second]) this.remove(type, record.id);
    store.merged(id, [first.id, second.id]);
    const formerIds = store.formerIds(id).join(';');
    store.put(id, { ...second.properties, ...first.properties, hs_merged_object_ids: formerIds });
    for (const other of linked) this.associations.link(other, { type, id });
    return id;
  }

  /** The records of an earlier portal, under their ids, and their links; search sees them at once. */
  restore({ associations, ...records }: PortalState): void {
    for (const type of TYPE_NAMES) {
      for (const record of records[type] ?? []) {
        this.of(type).records.put(record);
        this.#lastId = Math.max(this.#lastId, Number(record.id));
      }
    }
    for (const { from, to } of associations) this.associations.link(from, to);
    this.indexNow();
  }

  remove(type: TypeName, id: string): boolean {
    this.associations.removeAll({ type, id });
    return this.of(type).records.remove(id);
  }
}
