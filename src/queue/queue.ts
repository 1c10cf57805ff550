/** The one queue between ingress and workers. */
import type { CallEvent } from '../altur/event.ts';
import { isAwaited, stopAwaiting } from './awaited-deliveries.ts';
import { CallQueue, clientOf } from './call-queue.ts';
import {
  callKey,
  callKeyOf,
  contentDigest,
  type Delivery,
  deduplicationId,
  encode,
  newJobId,
} from './job.ts';
import { checkEarlierDelivery, type EarlierDelivery, followEarlierDelivery } from './redelivery.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

export const QUEUE_NAME = 'calls';

/** The second stores what an interrupted delivery left behind; more are needed only while others do the same. */
const STORE_ATTEMPTS = 4;

/** Nothing reads BullMQ's stream of events: of each job it would hold two. */
const MAX_EVENTS = 100;

export type { CallQueue };

/** The states of jobs that are not completed, in the order in which `status` prints them. */
const JOB_STATES = ['active', 'wait', 'prioritized', 'delayed', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/**
 * Of jobs that an operator puts back into the queue. BullMQ takes a job with a priority only when none without one
 * waits, so however many are put back, live calls come first: https://docs.bullmq.io/guide/jobs/prioritized
 */
export const BEHIND_LIVE_CALLS = 1;

/**
 * Rejects instead of waiting when Redis does not answer. The caller closes the connection. `isCompact`: of a SchemaGuard;
 * without one, jobs are stored as every version reads them.
 */
export function openQueue(
  connection: RedisClient,
  name = QUEUE_NAME,
  isCompact: () => boolean = () => false,
): CallQueue {
  const options = {
    connection,
    prefix: KEY_PREFIX,
    // Without these two, `add` hangs until the first connection: github.com/taskforcesh/bullmq/issues/995
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: MAX_EVENTS } },
  };
  return new CallQueue(name, options, isCompact);
}

/**
 * Stores a delivery. Resolves only when Redis holds it, or when a delivery of the same content is, or was, written;
 * `crms` name the ledgers in which that is looked up.
 */
export async function enqueue(
  queue: CallQueue,
  event: CallEvent,
  receivedAt: number,
  crms: readonly string[] = [],
  traceparent?: string,
): Promise<'queued' | 'duplicate'> {
  const json = JSON.stringify(event);
  const digest = contentDigest(event, json);
  const deduplication = deduplicationId(event, digest);
  let delivery: Delivery = { event, digest, receivedAt, ...(traceparent !== undefined && { traceparent }) };
  let earlier: EarlierDelivery | undefined;
  for (let attempt = 0; attempt < STORE_ATTEMPTS; attempt++) {
    const jobId = newJobId(deduplication, delivery.receivedAt);
    const data = encode(delivery, queue.storedForm, json);
    const storedId = await queue.addOnce(jobId, earlier?.jobId ?? deduplication, data);
    const wasCompleted = earlier && !(await followEarlierDelivery(queue, earlier, storedId));
    if (storedId === jobId) return wasCompleted ? 'duplicate' : 'queued';
    earlier = { callId: event.id, digest, jobId: storedId, deduplicationId: deduplication };
    const state = await checkEarlierDelivery(queue, crms, earlier);
    if (state === true) return enqueueAwaited(queue, delivery);
    delivery = { ...delivery, receivedAt: state.receivedAt };
  }
  throw new Error('the event could not be stored: its earlier delivery changes at every attempt');
}

/** Of a delivery that was written before: stored only if an operator waits for it. */
async function enqueueAwaited(queue: CallQueue, delivery: Delivery): Promise<'queued' | 'duplicate'> {
  const redis = await clientOf(queue);
  const { id } = delivery.event;
  if (!(await isAwaited(redis, id))) return 'duplicate';
  await enqueueAgain(queue, delivery);
  // Last: what is interrupted before is done again, which the CRM does not notice.
  await stopAwaiting(redis, id);
  return 'queued';
}

/** Stores a call that is to be written again, past the deduplication of deliveries and behind the live calls. */
export async function enqueueAgain(
  queue: CallQueue,
  delivery: Pick<Delivery, 'event' | 'receivedAt'>,
): Promise<void> {
  const digest = contentDigest(delivery.event);
  const jobId = newJobId(deduplicationId(delivery.event, digest), delivery.receivedAt);
  const data = encode({ ...delivery, digest, rewrite: true }, queue.storedForm);
  await queue.add('call', data, { jobId, priority: BEHIND_LIVE_CALLS });
}

export interface FoundJob {
  readonly id: string;
  readonly state: JobState;
  /** Among those that wait, from 1. */
  readonly position?: number;
}

/**
 * The jobs of these calls. Reads ids only, so a long queue costs little; all at one moment, so none is missed because it
 * moves meanwhile.
 */
export async function findJobs(
  queue: CallQueue,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, readonly FoundJob[]>> {
  const byKey = new Map<string, FoundJob[]>(callIds.map((callId) => [callKey(callId), []]));
  const ids = await idsByState(queue);
  const count = (state: JobState) => ids.get(state)!.length;
  // Of each list, the job that is taken next is the last; `prioritized` comes after all of `wait`.
  const lastPositions = { wait: count('wait'), prioritized: count('wait') + count('prioritized') };
  for (const [state, some] of ids) {
    const last = lastPositions[state as keyof typeof lastPositions];
    for (const [index, id] of some.entries()) {
      byKey.get(callKeyOf(id))?.push({ id, state, ...(last !== undefined && { position: last - index }) });
    }
  }
  return new Map(callIds.map((callId) => [callId, byKey.get(callKey(callId))!]));
}

async function idsByState(queue: CallQueue): Promise<ReadonlyMap<JobState, readonly string[]>> {
  const ranges = await queue.getBackend().getRanges([...JOB_STATES], 0, -1, false);
  return new Map(JOB_STATES.map((state, index) => [state, ranges[index] ?? []]));
}

/** How many jobs wait to be taken. */
export function waitingCount(queue: CallQueue): Promise<number> {
  return queue.getJobCountByTypes('wait', 'prioritized');
}

/** Never reached. Without a limit, `queue.rateLimit` would pause only the worker that calls it. */
export const NO_LIMIT = { max: 1e9, duration: 1_000 };

/** How much longer the queue is paused by `queue.rateLimit`, for all workers, in ms; 0 when it is not. */
export function pauseLeft(queue: CallQueue): Promise<number> {
  return queue.getRateLimitTtl(NO_LIMIT.max);
}

export interface JobCounts {
  readonly wait: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** How many jobs are in each state; those that wait behind the others (`prioritized`) wait as well. */
export async function jobCounts(queue: CallQueue): Promise<JobCounts> {
  const counts = await queue.getJobCounts(...JOB_STATES);
  const count = (state: (typeof JOB_STATES)[number]) => counts[state] ?? 0;
  return {
    wait: count('wait') + count('prioritized'),
    active: count('active'),
    delayed: count('delayed'),
    failed: count('failed'),
  };
}
