/**
 * What has happened to each call, for people: received, tried, written. Kept for as long as the ledger. It decides
 * nothing: where a call is now, the queue and the ledger know.
 *
 * Holds no personal data: persons are found by hashes of their keys and phone numbers, requests are methods and paths.
 */

/** The last that became of a call. */
export type CallOutcome = 'queued' | 'retrying' | 'dead-letter' | 'skipped' | 'synced';

/** Why a call is in the CRM without a person. */
export type Unassigned = 'NO_IDENTITY' | 'NO_MATCH' | 'SEVERAL_MATCHES';

/** A request to the CRM, without its query and body. */
export interface TimelineRequest {
  readonly method: string;
  /** Ids are replaced: `/crm/v3/objects/contacts/:id`. */
  readonly endpoint: string;
  /** Absent when no response came. */
  readonly status?: number;
  readonly ms: number;
}

export interface TimelineEntry {
  /** ms since the epoch. */
  readonly at: number;
  readonly event:
    | 'received'
    | 'duplicate'
    | 'retry'
    | 'delay'
    | 'pause'
    | 'dead-letter'
    | 'skipped'
    | 'synced'
    | 'retried-by-operator'
    | 'discarded-by-operator'
    | 'resynced-by-operator';
  readonly code?: string;
  readonly reason?: string;
  /** When it is tried again, ms since the epoch. */
  readonly nextAt?: number;
  /** The calls of the batch, this one included. */
  readonly batchSize?: number;
  /** Of the batch. */
  readonly requests?: readonly TimelineRequest[];
}

/** A call in a list. */
export interface CallSummary {
  readonly callId: string;
  readonly outcome: CallOutcome;
  /** When it was received first, and when its outcome was last changed, ms since the epoch. */
  readonly receivedAt: number;
  readonly updatedAt: number;
  readonly code?: string;
  readonly unassigned?: Unassigned;
}

/** All conditions given must hold. */
export interface CallSearch {
  /** The customer's own id of the person, and a phone number in any notation: looked up by their hashes. */
  readonly fId?: string;
  readonly phone?: string;
  readonly outcome?: CallOutcome | 'unassigned';
  /** Received, or changed, since then; ms since the epoch. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}
