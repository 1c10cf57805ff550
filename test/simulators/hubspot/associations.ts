/** Links between records, found from both ends. */
import type { TypeName } from './object-type.ts';

export interface RecordRef {
  readonly type: TypeName;
  readonly id: string;
}

export interface Association {
  readonly from: RecordRef;
  readonly to: RecordRef;
  readonly typeId: number;
}

/**
 * Unlabelled links, as HubSpot defines them.
 * https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide#association-type-id-values
 */
const DEFAULT_TYPE_IDS: Readonly<Record<string, number>> = {
  'calls>contacts': 194,
  'contacts>calls': 193,
  'tasks>contacts': 204,
  'contacts>tasks': 203,
};

export function defaultTypeId(from: TypeName, to: TypeName): number | undefined {
  return DEFAULT_TYPE_IDS[`${from}>${to}`];
}

export class Associations {
  /** Links in the direction in which they were created: `calls 1>contacts 2`. */
  readonly #made = new Map<string, Association>();
  /** The linked records by record: `calls 1`. */
  readonly #ends = new Map<string, Map<string, RecordRef>>();

  /** Linking twice changes nothing. */
  link(from: RecordRef, to: RecordRef): void {
    const typeId = defaultTypeId(from.type, to.type)!;
    const isLinked = this.#made.has(linkKey(from, to)) || this.#made.has(linkKey(to, from));
    if (!isLinked) this.#made.set(linkKey(from, to), { from, to, typeId });
    this.#end(from).set(refKey(to), to);
    this.#end(to).set(refKey(from), from);
  }

  list(): Association[] {
    return [...this.#made.values()];
  }

  /** The records of a type linked to this one. */
  of(ref: RecordRef, type: TypeName): RecordRef[] {
    return [...(this.#ends.get(refKey(ref))?.values() ?? [])].filter((other) => other.type === type);
  }

  /** Removes every link of a record. */
  removeAll(ref: RecordRef): void {
    for (const other of this.#end(ref).values()) {
      this.#end(other).delete(refKey(ref));
      this.#made.delete(linkKey(ref, other));
      this.#made.delete(linkKey(other, ref));
    }
    this.#ends.delete(refKey(ref));
  }

  #end(ref: RecordRef): Map<string, RecordRef> {
    const existing = this.#ends.get(refKey(ref));
    if (existing) return existing;
    const others = new Map<string, RecordRef>();
    this.#ends.set(refKey(ref), others);
    return others;
  }
}

function refKey({ type, id }: RecordRef): string {
  return `${type} ${id}`;
}

function linkKey(from: RecordRef, to: RecordRef): string {
  return `${refKey(from)}>${refKey(to)}`;
}
