/** What one pass over a batch found out about persons for the next one. */
import type { Candidate } from './match.ts';

/** Of persons whose records were not where they were known to be. By person key. */
export interface FoundOut {
  /** The records that persons turned out to be. */
  readonly successors: ReadonlyMap<string, Candidate>;
  /** The ids of records that are gone, and of which the CRM did not say where they went. */
  readonly goneIds: ReadonlyMap<string, string>;
}

export const NOTHING_FOUND_OUT: FoundOut = { successors: new Map(), goneIds: new Map() };
