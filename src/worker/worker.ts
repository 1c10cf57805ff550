/**
 * A BullMQ worker whose processor awaits a batcher: locks, stalled-job recovery, retries and pausing stay
 * BullMQ's; what a batch answers is turned into BullMQ's own signals here and nowhere else.
 */
import { DelayedError, type Job, RateLimitError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Connector } from '../../connectors/connector.ts';
import { type Delivery, decode, type JobData } from '../queue/job.ts';
import { NO_LIMIT } from '../queue/queue.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { AdaptiveBatchSize } from './adaptive-batch-size.ts';
import { Batcher } from './batcher.ts';
import { type JobDecision, REQUEUE, retryDelay } from './job-decision.ts';
import { lingerFor } from './linger.ts';
import { createFlush, type FlushParts } from './run-batch.ts';

/** A killed worker's jobs move on within the lock and two stalled checks: 15 s. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** How often a job may lose its worker. High: a batch of a hundred must not be parked for one bad host. */
const MAX_STALLED = 25;

export interface WorkerParts extends FlushParts {
  readonly connection: RedisClient;
  readonly connector: Connector;
  /** Whoever writes any of these must be alone; another batch of this process waits for it. */
  names(delivery: Delivery): readonly string[];
  onDecision?(decision: JobDecision): void;
}

export interface RunningWorker {
  /**
   * Stops taking jobs, lets the batches under way land, gives the rest back. Past `deadlineMs` the batches are
   * aborted; false when even that did not end in time (no Redis): the jobs' locks then lapse by themselves.
   */
  close(deadlineMs: number): Promise<boolean>;
}

export function startWorker(parts: WorkerParts): RunningWorker {
  const { connection, queue, connector, log } = parts;
  const abort = new AbortController();
  const adaptiveSize = new AdaptiveBatchSize(connector.batchSize);
  let closing = false;
  const batcher: Batcher<Delivery, JobDecision> = new Batcher({
    maxSize: () => adaptiveSize.limit,
    maxInFlight: connector.maxInFlight,
    names: parts.names,
    backlog: () => queue.getWaitingCount(),
    lingerMs: () => lingerFor(connector.usage?.()),
    flush: createFlush(parts, adaptiveSize, abort.signal, (decision) => batcher.drain(decision)),
  });

  const process = async (job: Job<JobData>, token?: string) => {
    const decision = closing ? REQUEUE : await batcher.push(decodeOrPark(job.data));
    parts.onDecision?.(decision);
    return obey(decision, job, token);
  };
  const worker = new Worker<JobData, string>(queue.name, process, {
    connection,
    prefix: KEY_PREFIX,
    // The next batch fills while the others are under way.
    concurrency: connector.batchSize * (connector.maxInFlight + 1),
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: MAX_STALLED,
    limiter: NO_LIMIT,
    // BullMQ re-checks a paused queue after this long, so a mended CRM is noticed soon.
    maximumRateLimitDelay: 5_000,
    runRetryDelay: 1_000,
    settings: { backoffStrategy: (attemptsMade) => retryDelay(attemptsMade) },
  });
  worker.on('error', (error) => log.error('queue trouble', { error }));
  worker.on('stalled', (jobId) => log.warn('job taken over from a worker that vanished', { jobId }));

  return {
    async close(deadlineMs) {
      closing = true;
      batcher.drain(REQUEUE);
      const closed = worker.close().then(() => true);
      if (await inTime(closed, deadlineMs)) return true;
      abort.abort();
      return inTime(closed, ABORT_GRACE_MS);
    },
  };
}

const ABORT_GRACE_MS = 2_000;

function decodeOrPark(data: JobData): Delivery {
  try {
    return decode(data);
  } catch (cause) {
    throw new UnrecoverableError(`the stored event cannot be read: ${cause}`);
  }
}

/** BullMQ is steered by what a processor returns or throws. */
async function obey(decision: JobDecision, job: Job<JobData>, token: string | undefined): Promise<string> {
  switch (decision.action) {
    case 'complete':
      return decision.summary;
    case 'retry':
      throw new Error(decision.reason);
    case 'fail':
      throw new UnrecoverableError(decision.reason);
    case 'delay':
      await job.moveToDelayed(Date.now() + decision.delayMs, token);
      throw new DelayedError();
    case 'requeue':
      await job.moveToWait(token);
      throw new WaitingError();
    case 'pause':
      throw new RateLimitError();
    default:
      throw new Error(`unknown decision ${JSON.stringify(decision satisfies never)}`);
  }
}

function inTime(work: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
