/** From where the periodic reconcile goes on, and what Redis remembers after it. */
import type { TimeWindow } from '../altur/altur-calls.ts';
import type { ReconcileRun } from './reconcile-run.ts';
import { type PeriodicCursor, type PeriodicState, periodicWrite } from './reconcile-store.ts';
import { LONGEST_CALL_MS } from './time-slices.ts';

const HOUR_MS = 3_600_000;
const FIRST_WINDOW_MS = 24 * HOUR_MS;
/** The ledger knows no call for longer: each would be asked for at the CRM. */
const MAX_WINDOW_MS = 30 * 24 * HOUR_MS;
/** Reasons that pass without anybody: what Altur did not answer is asked for again. */
const PASSING: readonly string[] = ['ALTUR_UNAVAILABLE', 'ALTUR_RATE_LIMITED'];
/** It is no failure: another process goes on with it. */
export const INTERRUPTED: readonly string[] = ['STOPPED', 'RECONCILE_LEASE_LOST'];

/** From where the last one ended, and as much before as calls may go on. Records of another account say nothing of this one. */
export function windowAfter({ cursor }: PeriodicState, account: string | undefined): TimeWindow {
  const to = Date.now();
  const from = isOfAccount(cursor, account) ? cursor.to - LONGEST_CALL_MS : to - FIRST_WINDOW_MS;
  return { from: Math.max(from, to - MAX_WINDOW_MS), to };
}

function isOfAccount(
  cursor: PeriodicCursor | undefined,
  account: string | undefined,
): cursor is PeriodicCursor {
  return cursor !== undefined && (cursor.account === undefined || cursor.account === account);
}

interface Compared {
  readonly account: string | undefined;
  readonly unreadSince: UnreadSince;
}

type UnreadSince = NonNullable<PeriodicCursor['unreadSince']>;

/** What could not be read is listed again from there, while the other campaigns go on. */
export function unreadBefore(
  { cursor }: PeriodicState,
  { to }: TimeWindow,
  account: string | undefined,
): UnreadSince {
  const { unreadSince = {} } = isOfAccount(cursor, account) ? cursor : {};
  const earliest = to - MAX_WINDOW_MS;
  return Object.fromEntries(
    Object.entries(unreadSince).map(([id, since]) => [id, Math.max(since, earliest)]),
  );
}

export function stateAfter(former: PeriodicState, run: ReconcileRun, { account, unreadSince }: Compared) {
  const { stoppedBy, startedAt, window, unusable, unreadCampaigns = [] } = run;
  if (stoppedBy && INTERRUPTED.includes(stoppedBy.code)) return [];
  if (stoppedBy) {
    const failures = (former.failures ?? 0) + 1;
    const { code, reason } = stoppedBy;
    return [periodicWrite({ ...former, startedAt, failures, code, reason })];
  }
  const { cursor, everyMs } = former;
  const unread = unreadCampaigns.map(({ id }) => [id, unreadSince[id] ?? window.from]);
  const next: PeriodicCursor = {
    to: window.to,
    ...(account !== undefined && { account }),
    ...(unread.length > 0 && { unreadSince: Object.fromEntries(unread) }),
  };
  const isToAskAgain = PASSING.some((code) => unusable[code] !== undefined);
  const kept = isToAskAgain ? cursor : next;
  return [
    periodicWrite({
      startedAt,
      failures: 0,
      ...(everyMs !== undefined && { everyMs }),
      ...(kept && { cursor: kept }),
    }),
  ];
}
