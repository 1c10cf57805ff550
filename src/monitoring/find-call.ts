/** Where a call is, by the queue and the ledgers: they alone know. */
import { type CallQueue, isJobOf } from '../queue/job.ts';
import { type LedgerEntry, openLedger } from '../queue/ledger.ts';
import { type JobState, jobIdsByState } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';

export type CallJob = NonNullable<Awaited<ReturnType<CallQueue['getJob']>>>;

export interface FoundJob {
  readonly state: JobState;
  readonly job: CallJob;
  /** Among those that wait, from 1. */
  readonly position?: number;
}

export interface FoundCall {
  /** The jobs of versions that are not written, the latest version first. */
  readonly jobs: readonly FoundJob[];
  /** Of all CRMs: the call may have been written to another one than is configured now. The latest first. */
  readonly entries: readonly LedgerEntry[];
}

export interface CallPlaces {
  readonly queue: CallQueue;
  readonly redis: RedisClient;
  /** The CRMs whose ledgers are looked in. */
  readonly crms: readonly string[];
}

/** Looks twice: a call that moves on meanwhile may be missed at each place where it is looked for. */
export async function findCall(places: CallPlaces, callId: string): Promise<FoundCall> {
  const found = await lookForCall(places, callId);
  const isMissed = found.jobs.length === 0 && found.entries.length === 0;
  return isMissed ? lookForCall(places, callId) : found;
}

/** The ledgers last: that is where calls go. */
async function lookForCall({ queue, redis, crms }: CallPlaces, callId: string): Promise<FoundCall> {
  const jobs = await findJobs(queue, callId);
  const entries = (await Promise.all(crms.map((crm) => openLedger(redis, crm).read([callId]))))
    .flat()
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => decidedAt(b) - decidedAt(a));
  return { jobs: jobs.filter((found) => isOpen(found, entries)), entries };
}

/** A job ends a moment after the ledger has its version; a dead letter of an earlier version matters no more. */
function isOpen({ state, job: { data } }: FoundJob, entries: readonly LedgerEntry[]): boolean {
  if (state === 'active') return !entries.some(({ digest }) => digest === data.digest);
  return state !== 'failed' || !entries.some(({ receivedAt }) => receivedAt > data.receivedAt);
}

async function findJobs(queue: CallQueue, callId: string): Promise<FoundJob[]> {
  const ids = await jobIdsByState(queue);
  const waiting = [...(ids.get('prioritized') ?? []), ...(ids.get('wait') ?? [])];
  const found: FoundJob[] = [];
  for (const [state, some] of ids) {
    for (const id of some.filter((each) => isJobOf(each, callId))) {
      const job = await queue.getJob(id);
      const index = waiting.indexOf(id);
      if (job) found.push({ state, job, ...(index >= 0 && { position: waiting.length - index }) });
    }
  }
  return found.toSorted((a, b) => b.job.data.receivedAt - a.job.data.receivedAt);
}

/** When the CRM confirmed it, or the mapping skipped it. */
export function decidedAt({ skippedAt, syncedAt }: LedgerEntry): number {
  return skippedAt ?? syncedAt;
}
