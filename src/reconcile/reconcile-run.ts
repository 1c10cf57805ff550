/** A reconcile, or a backfill, as `reconcile`, the dashboard and the log show it: stored in Redis while it runs and after. */
import type { TimeWindow } from '../altur/altur-calls.ts';
import type { UnreadCampaign } from './unread-campaigns.ts';

export interface ReconcileRun {
  readonly kind: 'reconcile' | 'backfill';
  /** By when calls were created. */
  readonly window: TimeWindow;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly updatedAt: number;
  /** Present once it has come to its end, by success or not. */
  readonly finishedAt?: number;
  /** Why it ended early; it is resumed from where it was. */
  readonly stoppedBy?: { readonly code: string; readonly reason: string };
  readonly isDryRun: boolean;
  /** Of the slice of time that is being compared. */
  readonly campaigns: { readonly done: number; readonly of: number };
  /** A long window is compared in slices, the oldest first. */
  readonly slices?: { readonly done: number; readonly of: number };
  /** Why nothing moves at the moment. */
  readonly waitingFor?: string;
  /** Of the listed calls. The rest is `unfinished` (still going on), in the ledger or the queue, or unusable. */
  readonly listed: number;
  readonly unfinished: number;
  /** The ledger or the queue has them, or an operator discarded them. */
  readonly known: number;
  /** Only the CRM has them: Redis was lost, or they are older than the ledger. */
  readonly inCrm: number;
  /** Neither had them: written now, or only counted in a dry run. */
  readonly missing: number;
  readonly enqueued: number;
  /** Missing, and Altur's answer about them could not be used; by code of the reason. */
  readonly unusable: Readonly<Record<string, number>>;
  /** Their calls could not be listed, so those are none of the counts; absent where all could. */
  readonly unreadCampaigns?: readonly UnreadCampaign[];
}
