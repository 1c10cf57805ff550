/** What a dry run answers. A part of the contract in connector.ts, from which it is imported. */
import type { FieldValue, Identity } from './record.ts';

/** A request as `preview` prints it; `note` says when it is sent. */
export interface CrmRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly note?: string;
}

export interface DryRun {
  /** The exact requests `sync` would send, in order. */
  readonly requests: readonly CrmRequest[];
  /** Who the person of each record turned out to be, in order; absent unless people were really looked up. */
  readonly people?: readonly (LookedUpPerson | undefined)[];
}

export interface LookedUpPerson {
  /**
   * `created`: nobody matches. `none`: nobody matches, and nobody is created. `several`: more than one matches, and
   * the mapping says to take none of them.
   */
  readonly match: 'found' | 'created' | 'none' | 'several';
  /** The record that is used. */
  readonly recordId?: string;
  /** The identity that led to it, or to several. */
  readonly matchedBy?: Identity;
  /** The ids of all records that match by this identity. */
  readonly candidates: readonly string[];
  /** The key that the record gets: it carries none yet, or one made of a phone number. */
  readonly assignedKey?: string;
  /** Nothing is written to the record, calls are only linked to it. */
  readonly linkOnly: boolean;
  /** Are calls logged although nobody is found? */
  readonly logsCalls: boolean;
  /** Why the CRM would reject this person: a stable code. */
  readonly rejected?: string;
  /** The values that the record's fields have now, as text; `''` when empty. */
  readonly current: Readonly<Record<string, string>>;
  readonly written: readonly WrittenField[];
  readonly notWritten: readonly NotWritten[];
}

export interface WrittenField {
  readonly field: string;
  /** What the field holds afterwards. */
  readonly after: FieldValue;
  /** Of a list that is added to: the items that it did not hold before. */
  readonly added?: readonly string[];
}

/** A field that the mapping fills, and this record does not get. */
export interface NotWritten {
  readonly field: string;
  /**
   * `filled`: the mapping writes it only where it is empty. `later-call`: a call that ended later wrote it. `read-only`:
   * this user may not write it. `no-such-field`: records of this kind do not have it. `list-full`: the items do not fit.
   */
  readonly why: 'filled' | 'later-call' | 'read-only' | 'no-such-field' | 'list-full';
}
