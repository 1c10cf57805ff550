/** Where one call is and how it got there: read from the queue, the ledger and the history. */
import type { CrmAccount, CrmObject, SkippedField, Unassigned } from '../../connectors/connector.ts';
import type { Pause } from '../queue/pause-notice.ts';
import type { CallOutcome, TimelineEntry } from './call-history.ts';
import type { WrittenRecord } from './written-records.ts';

/** A link that people open. */
export interface RecordLink extends WrittenRecord {
  /** Absent where the CRM has no page for it, or its account is unknown. */
  readonly url?: string;
}

export interface CallStatus {
  readonly callId: string;
  /** `unknown`: never received here, or more than 30 days ago. */
  readonly state: CallOutcome | 'being-written' | 'unknown';
  /** Of the version that `state` is about, ms since the epoch. */
  readonly receivedAt?: number;
  /** How many times the same content was delivered again. */
  readonly duplicates: number;
  /** Deliveries with this call id whose signature was wrong: anybody may have sent them. */
  readonly refused?: { readonly count: number; readonly lastAt: number };
  /** While it waits. */
  readonly waiting?: {
    /** From 1. */
    readonly position?: number;
    readonly waiting: number;
    readonly oldestWaitingSince?: number;
    readonly workersAlive: number;
    /** Why the queue is paused. */
    readonly pause?: Pick<Pause, 'kind' | 'code' | 'reason' | 'until'> & { readonly fix?: string };
  };
  /** While it is retried. */
  readonly retry?: {
    /** How many attempts were used up, of how many. */
    readonly attempts: number;
    readonly of: number;
    readonly nextAt?: number;
  };
  /** Of a retry and a dead letter. */
  readonly cause?: {
    readonly code?: string;
    readonly reason: string;
    readonly object?: CrmObject;
    readonly fields?: readonly string[];
    /** What to do, of docs/troubleshooting.md. */
    readonly fix?: string;
  };
  /** The rule of the mapping that skipped it. */
  readonly skippedBy?: string;
  /** Of the version last written. While a changed version waits, `state` is about that one. */
  readonly synced?: {
    readonly at: number;
    readonly crm: string;
    readonly account?: CrmAccount;
    /** The account is not the one that this service is connected to now. */
    readonly isOtherAccount?: boolean;
    readonly records: readonly RecordLink[];
    readonly skippedFields: readonly SkippedField[];
    readonly unassigned?: Unassigned;
    readonly note?: string;
  };
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
}
