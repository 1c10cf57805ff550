/**
 * What `doctor --live` found out with real credentials about what was only read in documentation before. A part of the
 * contract in connector.ts, from which it is imported.
 */

/** Stable names of the assumptions. */
export type AssumptionName =
  /** A person, a call and a task can be written. */
  | 'write'
  /** The same records written again stay one each. */
  | 'repeatable'
  /** An event that changed updates its records. */
  | 'update'
  /** The CRM keeps the keys of calls unique. */
  | 'activity-keys'
  /** An activity may name a person who is created in the same request. */
  | 'nested-writes'
  /** A field that does not exist costs its row only. */
  | 'unknown-field'
  /** A key that another record has costs its row only. */
  | 'key-conflict'
  /** Keys that differ in case only are different keys. */
  | 'key-case'
  /** A person who was just written is found by key at once. */
  | 'key-lookup'
  /** A person who was just written is found by phone within a minute. */
  | 'phone-lookup';

export interface ProbeResult {
  readonly assumption: AssumptionName;
  /** In a sentence. */
  readonly claim: string;
  readonly result: 'confirmed' | 'different' | 'not testable';
  /** How the service behaves when it is different, or why it cannot be tested. */
  readonly detail?: string;
}

export interface ProbeReport {
  readonly results: readonly ProbeResult[];
  /** The records that the probe wrote: deleted again, or to be deleted by a person. */
  readonly deleted: readonly string[];
  readonly left: readonly string[];
}

/** By assumption: was it confirmed? Absent where it was not tested. */
export type ProbedAssumptions = Readonly<Partial<Record<AssumptionName, boolean>>>;
