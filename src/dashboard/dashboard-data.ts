/** What the dashboard shows and does; the service gives it an implementation. */
import type { CallSearch, CallSummary } from '../monitoring/call-history.ts';
import type { CallStatus, RecordLink } from '../monitoring/call-status.ts';
import type { CallCheck } from '../monitoring/check-records.ts';
import type { Overview } from '../monitoring/overview.ts';
import type { ReconcileRun } from '../reconcile/reconcile-run.ts';
import type { DayStatement, MissingCall } from '../reconcile/statement.ts';
import type { Making, MakingFailure } from '../reconcile/statement-store.ts';

/** Dead letters: all with one cause, by the id of their group, or those of some calls. */
export type DeadLetterSelection = { readonly group: string } | { readonly callIds: readonly string[] };

export interface ActionResult {
  /** How many calls, fields or options the action was done to. */
  readonly count: number;
  /** What it was not done to, and why: sentences for people. */
  readonly problems?: readonly string[];
}

/** Who asks, for the log. */
export interface Browser {
  readonly address: string;
}

/** Each of them is logged, and does no harm when it comes twice. */
export interface DashboardActions {
  retry(selection: DeadLetterSelection, browser: Browser): Promise<ActionResult>;
  discard(selection: DeadLetterSelection, browser: Browser): Promise<ActionResult>;
  /** Writes calls again from what the CRM or Altur still has of them. */
  resync(callIds: readonly string[], browser: Browser): Promise<ActionResult>;
  /** Begins to make the statements of today and the days before it; the count is that of the days. */
  makeStatements(days: number, browser: Browser): Promise<ActionResult>;
  /** Asks the CRM whether the records of a call are still there and linked. */
  check(callId: string): Promise<readonly CallCheck[]>;
  /** The count is 1 when the field, or the option, is there now, no matter who created it. */
  createField(object: RecordLink['object'], field: string, browser: Browser): Promise<ActionResult>;
  addOption(
    object: RecordLink['object'],
    field: string,
    option: string,
    browser: Browser,
  ): Promise<ActionResult>;
}

/** A call that a statement names as missing. */
export interface CallAtAltur extends Omit<MissingCall, 'callId'> {
  /** Of whose statement it is part. */
  readonly day: string;
  readonly crm: string;
}

export interface ShownCall extends CallStatus {
  /** A signed link; absent where none can be made, or the call is unknown. */
  readonly recordingUrl?: string | undefined;
  /** Unknown here, and listed by Altur. */
  readonly atAltur?: CallAtAltur | undefined;
}

export interface StatementsView {
  readonly crm: string;
  /** Of the days of which one was made, the latest first. */
  readonly days: readonly DayStatement[];
  readonly making?: Making;
  readonly failure?: MakingFailure;
  /** The variable without which this process makes none. */
  readonly obstacle?: string;
  /** The last reconcile, and the last backfill. */
  readonly runs: readonly ReconcileRun[];
  /** When the next reconcile is due, ms since the epoch. */
  readonly nextRunAt?: number;
}

export interface DashboardData {
  overview(): Promise<Overview>;
  call(callId: string): Promise<ShownCall>;
  statements(): Promise<StatementsView>;
  /** The statement of yesterday, where one was made. */
  yesterday(): Promise<DayStatement | undefined>;
  /** Latest change first. */
  search(search: CallSearch): Promise<readonly CallSummary[]>;
  /** Whether Redis is why a read or an action failed, not a defect. */
  isOutage(error: Error): boolean;
  readonly actions: DashboardActions;
}
