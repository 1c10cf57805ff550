/**
 * The state that a connector keeps between batches, processes and restarts; the core gives it a place in Redis. A part of the
 * contract in connector.ts, from which it is imported.
 */

/** The cached facts of a person between batches, so that the CRM is not asked again. */
export interface CachedPerson {
  /** The CRM's record id; absent while the record is being created, or when the result of that is unknown. */
  readonly id?: string;
  /** The person key the CRM record carries; differs from the key asked for when a phone led to the record. */
  readonly key: string;
  /** `if-empty` fields that were empty in the CRM, hence still to be filled. */
  readonly empty: readonly string[];
  /** The record was about to be given this key when this entry was set; whether it was is unknown. */
  readonly pending?: boolean;
}

/**
 * Maps identity names (`key:<person key>`, `phone:<E.164>`) to CRM records, across batches, processes and restarts.
 * Losing it costs requests, never correctness.
 */
export interface PersonCache {
  /** One answer per name, in order. */
  get(names: readonly string[]): Promise<readonly (CachedPerson | undefined)[]>;
  /** An entry without an id replaces none that has one: where that one is wrong, it is deleted first. */
  set(people: ReadonlyMap<string, CachedPerson>): Promise<void>;
  delete(names: readonly string[]): Promise<void>;
}

/**
 * When each `newest` field of a person was last written: field → when the call that wrote it ended, ms since the
 * epoch. A person has several names: their keys, and the CRM's record id, since not every call has the same key.
 */
export interface LastWrites {
  /** One answer per name, in order; empty when nothing is known. */
  get(names: readonly string[]): Promise<readonly ReadonlyMap<string, number>[]>;
  set(writes: ReadonlyMap<string, ReadonlyMap<string, number>>): Promise<void>;
}
