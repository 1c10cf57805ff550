/** Where a call is, by the queue and the ledgers: they alone know. */
import type { CallQueue } from '../queue/call-queue.ts';
import { decidedAt, type LedgerEntry, openLedger } from '../queue/ledger.ts';
import { type FoundJob, findJobs } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';

export type CallJob = NonNullable<Awaited<ReturnType<CallQueue['getJob']>>>;

/** A job and where it is. */
export interface PlacedJob extends Omit<FoundJob, 'id'> {
  readonly job: CallJob;
}

export interface FoundCall {
  /** The jobs of versions that are not written, the latest version first. */
  readonly jobs: readonly PlacedJob[];
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
  const jobs = await readJobs(queue, callId);
  const entries = (await Promise.all(crms.map((crm) => openLedger(redis, crm).read([callId]))))
    .flat()
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => decidedAt(b) - decidedAt(a));
  return { jobs: jobs.filter((found) => isOpen(found, entries)), entries };
}

/** A job ends a moment after the ledger has its version; a dead letter of an earlier version matters no more. */
function isOpen({ state, job: { data } }: PlacedJob, entries: readonly LedgerEntry[]): boolean {
  if (state === 'active') return !entries.some(({ digest }) => digest === data.digest);
  return state !== 'failed' || !entries.some(({ receivedAt }) => receivedAt > data.receivedAt);
}

async function readJobs(queue: CallQueue, callId: string): Promise<PlacedJob[]> {
  const placed: PlacedJob[] = [];
  for (const { id, ...place } of (await findJobs(queue, [callId])).get(callId)!) {
    const job = await queue.getJob(id);
    if (job) placed.push({ ...place, job });
  }
  return placed.toSorted((a, b) => b.job.data.receivedAt - a.job.data.receivedAt);
}
