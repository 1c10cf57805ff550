/**
 * What has happened to each call, for people: received, tried, written. Kept for as long as the ledger. It decides
 * nothing: where a call is now, the queue and the ledger know.
 *
 * Holds no personal data: persons are found by hashes of their keys and phone numbers, requests are methods and paths.
 */
import type { Unassigned } from '../../connectors/connector.ts';

export const CALL_OUTCOMES = ['queued', 'retrying', 'dead-letter', 'skipped', 'synced'] as const;

/** The last that became of a call. */
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** By what calls are looked for: `unassigned` are those that are in the CRM without a person. */
export const OUTCOME_FILTERS = [...CALL_OUTCOMES, 'unassigned'] as const;

export type OutcomeFilter = (typeof OUTCOME_FILTERS)[number];

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
    | 'resynced-by-operator'
    | 'reconciled';
  readonly code?: string;
  readonly reason?: string;
  /** How many times in a row, when several are shown as one: the latest. */
  readonly times?: number;
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
  /** When the version was received that the outcome is about. */
  readonly version?: number;
  readonly code?: string;
  readonly unassigned?: Unassigned;
}

/** All conditions given must hold. */
export interface CallSearch {
  readonly callId?: string;
  /** The customer's own id of the person, and a phone number in any notation: looked up by their hashes. */
  readonly fId?: string;
  readonly phone?: string;
  readonly outcome?: OutcomeFilter;
  /** Received, or changed, since then; ms since the epoch. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

/** Something that happened to a call. */
export interface CallUpdate {
  readonly callId: string;
  readonly entry: TimelineEntry;
  /**
   * When the version of the call that this is about was received, ms since the epoch. What becomes of an earlier version
   * does not change the outcome. Absent for what people do: it is about the latest version.
   */
  readonly version?: number;
  /** What became of it; absent for a delivery: a version that is received is queued until its outcome is known. */
  readonly outcome?: CallOutcome;
  readonly unassigned?: Unassigned;
  /** The person, by the names of `personNames`. */
  readonly names?: readonly string[];
}

/** The history of one call. */
export interface CallRecord {
  readonly summary: CallSummary;
  /** How many times the same content was delivered again. */
  readonly duplicates: number;
  /** When the latest version was received. */
  readonly lastReceivedAt: number;
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
}

/** By names: persons are looked up by their hashes. */
export interface HistorySearch extends Omit<CallSearch, 'fId' | 'phone'> {
  /** The call's person has all of these names. */
  readonly names?: readonly string[];
}

export interface CallHistory {
  /** In one round trip. Updates may come late and in any order. */
  add(updates: readonly CallUpdate[]): Promise<void>;
  read(callId: string): Promise<CallRecord | undefined>;
  /** Latest change first. */
  find(search: HistorySearch): Promise<readonly CallSummary[]>;
}
