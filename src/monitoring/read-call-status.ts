/**
 * Reads the status of one call. Where it is, the queue and the ledger say; the history says how it got there, and what
 * became of a call that is in neither.
 */
import type { CrmAccount } from '../../connectors/connector.ts';
import { causeOf, deadLetterCause } from '../queue/job-cause.ts';
import { isWritten, type LedgerEntry } from '../queue/ledger.ts';
import { openPauseNotice, type Pause } from '../queue/pause-notice.ts';
import { type JobState, waitingCount } from '../queue/queue.ts';
import type { CallHistory, CallRecord } from './call-history.ts';
import type { CallStatus } from './call-status.ts';
import { type CallJob, type CallPlaces, type FoundCall, findCall, type PlacedJob } from './find-call.ts';
import { fixFor } from './fixes.ts';
import { oldestWaiting } from './oldest-waiting.ts';
import { type RecordUrl, recordLinks } from './record-links.ts';
import type { RefusedDeliveries } from './refused-deliveries.ts';
import { isWorker, type RunningProcess } from './running-processes.ts';

export interface CallStatusParts extends CallPlaces {
  readonly history: Pick<CallHistory, 'read'>;
  readonly refused: Pick<RefusedDeliveries, 'of'>;
  runningProcesses(): Promise<readonly RunningProcess[]>;
  readonly recordUrl: RecordUrl;
  /** The account that is written to now, where it is known. */
  account?(crm: string): Promise<CrmAccount | undefined>;
}

export async function readCallStatus(parts: CallStatusParts, callId: string): Promise<CallStatus> {
  const [found, record, refused] = await Promise.all([
    findCall(parts, callId),
    parts.history.read(callId),
    parts.refused.of(callId),
  ]);
  const place = await placeOf(parts, found, record);
  const written = found.entries.find(isWritten);
  return {
    callId,
    ...place,
    duplicates: record?.duplicates ?? 0,
    ...(refused && { refused }),
    ...(written && { synced: await syncedOf(parts, written) }),
    timeline: record?.timeline ?? [],
  };
}

type Place = Pick<CallStatus, 'state' | 'receivedAt' | 'waiting' | 'retry' | 'cause' | 'skippedBy'>;

async function placeOf(
  parts: CallStatusParts,
  { jobs: [latest], entries: [entry] }: FoundCall,
  record: CallRecord | undefined,
): Promise<Place> {
  if (latest) return placeOfJob(parts, latest);
  if (entry) {
    const { receivedAt, skippedBy } = entry;
    return skippedBy === undefined
      ? { state: 'synced', receivedAt }
      : { state: 'skipped', receivedAt, skippedBy };
  }
  return record ? placeOfGone(record) : { state: 'unknown' };
}

const STATES: Readonly<Record<JobState, CallStatus['state']>> = {
  active: 'being-written',
  wait: 'queued',
  prioritized: 'queued',
  delayed: 'retrying',
  failed: 'dead-letter',
};

async function placeOfJob(parts: CallStatusParts, { state, job, position }: PlacedJob): Promise<Place> {
  const place = { state: STATES[state], receivedAt: job.data.receivedAt };
  if (state === 'failed') return { ...place, cause: withFix(deadLetterCause(job)) };
  if (state === 'active') return place;
  const waiting = await waitingOf(parts, position);
  return state === 'delayed' ? { ...place, waiting, ...(await retryOf(parts, job)) } : { ...place, waiting };
}

async function waitingOf(
  { queue, redis, runningProcesses }: CallStatusParts,
  position: number | undefined,
): Promise<NonNullable<CallStatus['waiting']>> {
  const [waiting, oldestWaitingSince, processes, pause] = await Promise.all([
    waitingCount(queue),
    oldestWaiting(queue, redis),
    runningProcesses(),
    openPauseNotice(redis).read(),
  ]);
  return {
    ...(position !== undefined && { position }),
    waiting,
    ...(oldestWaitingSince !== undefined && { oldestWaitingSince }),
    workersAlive: processes.filter(isWorker).length,
    ...(pause && { pause: pauseOf(pause) }),
  };
}

function pauseOf({ since: _, ...pause }: Pause): NonNullable<NonNullable<CallStatus['waiting']>['pause']> {
  const fix = fixFor(pause.code);
  return { ...pause, ...(fix !== undefined && { fix }) };
}

/** BullMQ stores when a delayed job is due in the upper bits of its score. */
const SCORE_PER_MS = 0x1000;

async function retryOf(
  { queue, redis }: CallStatusParts,
  job: CallJob,
): Promise<Pick<Place, 'retry' | 'cause'>> {
  const score = await redis.zscore(queue.toKey('delayed'), job.id!);
  const cause = causeOf(job);
  const reason = cause.reason ?? job.failedReason;
  return {
    retry: {
      attempts: job.attemptsMade,
      of: job.opts.attempts ?? 1,
      ...(score !== null && { nextAt: Math.floor(Number(score) / SCORE_PER_MS) }),
    },
    ...(reason !== undefined && { cause: withFix({ ...cause, reason }) }),
  };
}

/** In the history alone: its entry in the ledger has expired, or its job was removed. */
function placeOfGone({ summary, lastReceivedAt: receivedAt, timeline }: CallRecord): Place {
  const { outcome, code } = summary;
  if (outcome === 'synced') return { state: outcome, receivedAt };
  if (outcome === 'skipped') {
    const rule = timeline.findLast(({ event }) => event === 'skipped')?.reason;
    return { state: outcome, receivedAt, ...(rule !== undefined && { skippedBy: rule }) };
  }
  return { state: 'dead-letter', receivedAt, cause: withFix(code === DISCARDED.code ? DISCARDED : GONE) };
}

const DISCARDED = { code: 'DISCARDED', reason: 'an operator discarded it: its event is deleted' };
const GONE = {
  code: 'JOB_GONE',
  reason: 'it was received, but it is neither in the queue nor written: its job was removed by hand, or lost',
};

function withFix({
  code,
  reason,
  object,
  fields,
}: NonNullable<CallStatus['cause']>): NonNullable<CallStatus['cause']> {
  const fix = fixFor(code);
  return {
    reason,
    ...(code !== undefined && { code }),
    ...(object && { object }),
    ...(fields && { fields }),
    ...(fix !== undefined && { fix }),
  };
}

async function syncedOf(
  { recordUrl, account }: CallStatusParts,
  entry: LedgerEntry,
): Promise<NonNullable<CallStatus['synced']>> {
  const { syncedAt, crm, account: written, skippedFields, unassigned, note } = entry;
  const current = await account?.(crm);
  return {
    at: syncedAt,
    crm,
    ...(written && { account: written }),
    ...(written && current && { isOtherAccount: written.id !== current.id }),
    records: await recordLinks(entry, recordUrl),
    skippedFields,
    ...(unassigned && { unassigned }),
    ...(note !== undefined && { note }),
  };
}
