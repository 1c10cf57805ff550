/** The state of the whole service at a glance: the first page of the dashboard, and what alerts are decided by. */
import type { CrmAccount, Usage } from '../../connectors/connector.ts';
import type { CallQueue } from '../queue/call-queue.ts';
import type { PauseKind, PauseNotice } from '../queue/pause-notice.ts';
import { jobCounts } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { CallSearch, CallSummary } from './call-history.ts';
import type { DeadLetterGroup, DeadLetterGroups } from './dead-letter-groups.ts';
import type { MinuteCounter, MinuteCounts } from './minute-counts.ts';
import { oldestWaiting } from './oldest-waiting.ts';
import { isWorker, type RunningProcess, type RunningProcesses } from './running-processes.ts';
import type { SkippedFieldCounter, SkippedFieldGroup } from './skipped-fields.ts';

export type { DeadLetterGroup } from './dead-letter-groups.ts';
export type { MinuteCounts } from './minute-counts.ts';
export type { SkippedFieldGroup } from './skipped-fields.ts';

export interface Overview {
  readonly now: number;
  readonly version: string;
  readonly crm: {
    readonly name: string;
    readonly account?: CrmAccount;
    /** `waiting`: the queue is paused for it. */
    readonly state: 'ok' | 'waiting' | 'not-connected' | 'no-worker';
    readonly kind?: PauseKind;
    readonly code?: string;
    readonly reason?: string;
    /** When it is tried again. */
    readonly until?: number;
    readonly usage?: Usage;
  };
  readonly queue: {
    readonly waiting: number;
    readonly active: number;
    readonly retrying: number;
    readonly deadLetters: number;
    /** A dead letter that was put back waits since then, every other call since it was received. */
    readonly oldestWaitingSince?: number;
  };
  /** The last hour, oldest first, without gaps. */
  readonly minutes: readonly MinuteCounts[];
  readonly processes: readonly RunningProcess[];
  readonly deadLetterGroups: readonly DeadLetterGroup[];
  readonly skippedFields: readonly SkippedFieldGroup[];
  /** Latest first. */
  readonly recent: readonly CallSummary[];
  /** Of RECONCILE_EVERY; absent where it is off. */
  readonly reconcile?: ReconcileState;
  /** Of Redis' memory, from 0 to 1; absent where it has no limit. */
  readonly redisMemoryUsed?: number;
}

export interface ReconcileState {
  /** In a row, up to the last one. */
  readonly failures: number;
  readonly code?: string;
  readonly reason?: string;
}

export interface OverviewParts {
  readonly version: string;
  readonly crm: string;
  readonly queue: CallQueue;
  readonly redis: RedisClient;
  readonly pauseNotice: PauseNotice;
  readonly processes: RunningProcesses;
  readonly minuteCounts: MinuteCounter;
  readonly skippedFields: SkippedFieldCounter;
  readonly deadLetterGroups: DeadLetterGroups;
  /** The portal or org, where it is known. */
  account?(): Promise<CrmAccount | undefined>;
  findCalls(search: CallSearch): Promise<readonly CallSummary[]>;
  redisMemoryUsed(): number | undefined;
  reconcile?(): Promise<ReconcileState | undefined>;
}

const RECENT_CALLS = 20;

/** Rejects when Redis does not answer. */
export async function readOverview(parts: OverviewParts): Promise<Overview> {
  const [queue, minutes, processes, deadLetterGroups, skippedFields, recent, crm, reconcile] =
    await Promise.all([
      readQueue(parts),
      parts.minuteCounts.read(),
      parts.processes.list(),
      parts.deadLetterGroups.read(),
      parts.skippedFields.read(),
      parts.findCalls({ limit: RECENT_CALLS }),
      readCrm(parts),
      parts.reconcile?.(),
    ]);
  const redisMemoryUsed = parts.redisMemoryUsed();
  return {
    now: Date.now(),
    version: parts.version,
    crm: { ...crm, ...crmState(processes, crm.until !== undefined), ...usageOf(processes) },
    queue,
    minutes,
    processes,
    deadLetterGroups,
    skippedFields,
    recent,
    ...(reconcile && { reconcile }),
    ...(redisMemoryUsed !== undefined && { redisMemoryUsed }),
  };
}

async function readQueue({ queue, redis }: OverviewParts): Promise<Overview['queue']> {
  const [counts, oldestWaitingSince] = await Promise.all([jobCounts(queue), oldestWaiting(queue, redis)]);
  return {
    waiting: counts.wait,
    active: counts.active,
    retrying: counts.delayed,
    deadLetters: counts.failed,
    ...(oldestWaitingSince !== undefined && { oldestWaitingSince }),
  };
}

async function readCrm({ crm, account, pauseNotice }: OverviewParts) {
  const [known, pause] = await Promise.all([account?.(), pauseNotice.read()]);
  const { since: _, ...waiting } = pause ?? {};
  return { name: crm, ...(known && { account: known }), ...waiting };
}

/** Why nothing is written, the widest cause first. */
function crmState(
  processes: readonly RunningProcess[],
  isPaused: boolean,
): Pick<Overview['crm'], 'state' | 'kind' | 'code' | 'reason'> {
  const workers = processes.filter(isWorker);
  if (workers.length === 0) return { state: 'no-worker' };
  if (isPaused) return { state: 'waiting' };
  if (workers.some(({ crm }) => crm?.connected)) return { state: 'ok' };
  const { kind, code, reason } = workers.find(({ crm }) => crm?.reason !== undefined)?.crm ?? {};
  return { state: 'not-connected', ...(reason && { reason }), ...(kind && { kind }), ...(code && { code }) };
}

/** As the worker knows that was active last. */
function usageOf(processes: readonly RunningProcess[]): Pick<Overview['crm'], 'usage'> {
  const latest = processes
    .filter(({ crm }) => crm?.usage)
    .toSorted((a, b) => (b.lastActivityAt ?? 0) - (a.lastActivityAt ?? 0))[0];
  return latest?.crm?.usage ? { usage: latest.crm.usage } : {};
}
