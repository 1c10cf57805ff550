/** The state of the whole service at a glance: the first page of the dashboard, and what alerts are decided by. */
import type { CrmAccount, CrmObject } from '../../connectors/connector.ts';
import type { CallSummary } from './call-history.ts';
import type { RunningProcess } from './running-processes.ts';

/** What happened in one minute. */
export interface MinuteCounts {
  /** Its beginning, ms since the epoch. */
  readonly at: number;
  readonly received: number;
  readonly duplicates: number;
  /** Deliveries with a wrong signature. */
  readonly refused: number;
  readonly synced: number;
  readonly skipped: number;
  readonly retried: number;
  readonly deadLetters: number;
}

/** Dead letters with one cause. */
export interface DeadLetterGroup {
  /** Stable for one cause, for actions: the code, the object and the fields. */
  readonly id: string;
  readonly code: string;
  readonly object?: CrmObject;
  readonly fields?: readonly string[];
  /** Of the newest one. */
  readonly reason: string;
  readonly count: number;
  /** When the first of them became a dead letter, ms since the epoch. */
  readonly oldestAt: number;
  readonly newestAt: number;
  /** Some of them. */
  readonly callIds: readonly string[];
}

/** Fields that were skipped in calls that were written, with one cause. */
export interface SkippedFieldGroup {
  readonly object: CrmObject;
  readonly field: string;
  readonly code: string;
  readonly count: number;
  readonly newestAt: number;
}

export interface Overview {
  readonly now: number;
  readonly version: string;
  readonly crm: {
    readonly name: string;
    readonly account?: CrmAccount;
    /** `waiting`: the queue is paused for it. */
    readonly state: 'ok' | 'waiting' | 'not-connected' | 'no-worker';
    readonly kind?: 'unavailable' | 'rate_limited' | 'unauthorized';
    readonly code?: string;
    readonly reason?: string;
    /** When it is tried again. */
    readonly until?: number;
    readonly usage?: { readonly used: number; readonly limit: number };
  };
  readonly queue: {
    readonly waiting: number;
    readonly active: number;
    readonly retrying: number;
    readonly deadLetters: number;
    /** When the oldest waiting call was received. */
    readonly oldestReceivedAt?: number;
  };
  /** The last hour, oldest first, without gaps. */
  readonly minutes: readonly MinuteCounts[];
  readonly processes: readonly RunningProcess[];
  readonly deadLetterGroups: readonly DeadLetterGroup[];
  readonly skippedFields: readonly SkippedFieldGroup[];
  /** Latest first. */
  readonly recent: readonly CallSummary[];
  /** Of Redis' memory, from 0 to 1; absent where it has no limit. */
  readonly redisMemoryUsed?: number;
}
