/**
 * A BullMQ worker whose processor awaits a batcher: locks, stalled-job recovery, retries and pausing stay
 * BullMQ's. Job decisions are translated into BullMQ's signals here and nowhere else.
 */
import { DelayedError, type Job, RateLimitError, UnrecoverableError, WaitingError } from 'bullmq';
import type { Connector } from '../../connectors/connector.ts';
import { type Delivery, decode, type JobData } from '../queue/job.ts';
import { causeOf, type JobCause } from '../queue/job-cause.ts';
import { NO_LIMIT } from '../queue/queue.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { isDenied } from '../queue/redis-fault.ts';
import { settlesWithin } from '../timeout.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { AdaptiveBatchSize } from './adaptive-batch-size.ts';
import { Batcher } from './batcher.ts';
import { type Cause, type JobDecision, REQUEUE, retryDelay } from './job-decision.ts';
import { lingerFor } from './linger.ts';
import { PacedWorker } from './paced-worker.ts';
import { BatchRunner, type BatchRunnerParts, jobName } from './run-batch.ts';

/** The jobs of a killed worker are taken over within the lock and one stalled check: 15 s. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** How often a job may lose its worker. High: a bad host must not turn a whole batch into dead letters. */
const MAX_STALLED = 25;
/** How long aborted batches may take to end. */
const ABORT_GRACE_MS = 2_000;

export interface WorkerParts extends BatchRunnerParts {
  readonly connection: RedisClient;
  readonly connector: Connector;
  /** Deliveries that share a key are never in flight in two batches of this process. */
  concurrencyKeys(delivery: Delivery): readonly string[];
  readonly tracing?: Pick<Tracing, 'call'> | undefined;
  /** False while no job may be taken. */
  mayTakeJobs?(): boolean;
  /** The user of Redis may not run a command of BullMQ. */
  onRedisDenial?(): void;
  onDecision?(decision: JobDecision, delivery: Delivery): void;
  /** A job has used up an attempt and will be tried again; or it was the last, or the job can never be written. */
  onRetry?(): void;
  onDeadLetter?(): void;
}

export interface RunningWorker {
  /**
   * Stops taking jobs, waits for the batches in flight, gives the rest back. After `deadlineMs` the batches are
   * aborted; false when even that did not end in time (no Redis): the jobs' locks then lapse by themselves.
   */
  close(deadlineMs: number): Promise<boolean>;
}

export function startWorker(parts: WorkerParts): RunningWorker {
  const { connection, queue, connector, log, tracing } = parts;
  const abort = new AbortController();
  const adaptiveSize = new AdaptiveBatchSize(connector.batchSize);
  let closing = false;
  const runner = new BatchRunner({
    ...parts,
    adaptiveSize,
    signal: abort.signal,
    drain: (decision) => batcher.drain(decision),
  });
  const batcher = new Batcher<Delivery, JobDecision>({
    maxSize: () => adaptiveSize.limit,
    maxInFlight: connector.maxInFlight,
    concurrencyKeys: parts.concurrencyKeys,
    mustBeAlone: (delivery) => adaptiveSize.isSuspect(jobName(delivery)),
    backlog: () => queue.getWaitingCount(),
    lingerMs: () => lingerFor(connector.usage?.()),
    runBatch: (deliveries) => runner.run(deliveries),
  });

  const process = async (job: Job<JobData>, token?: string) => {
    const delivery = await readDelivery(job);
    const decide = async () => (closing ? REQUEUE : batcher.push(delivery));
    const decision = await (tracing ? tracing.call(delivery, job.attemptsStarted, decide) : decide());
    parts.onDecision?.(decision, delivery);
    return carryOut(decision, job, token);
  };
  const worker = new PacedWorker<JobData, string>(queue.name, process, {
    connection,
    prefix: KEY_PREFIX,
    // BullMQ asks INFO for the version, which managed accounts often may not.
    skipVersionCheck: true,
    // The next batch fills while the others are in flight.
    concurrency: connector.batchSize * (connector.maxInFlight + 1),
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: MAX_STALLED,
    limiter: NO_LIMIT,
    // BullMQ checks a paused queue again after this long, so a CRM that works again is noticed soon.
    maximumRateLimitDelay: 5_000,
    runRetryDelay: 1_000,
    settings: { backoffStrategy: (attemptsMade) => retryDelay(attemptsMade) },
  });
  worker.mayTakeJobs = parts.mayTakeJobs ?? (() => true);
  worker.on('error', (error) => {
    log.error('worker error', { error });
    if (isDenied(error.message)) parts.onRedisDenial?.();
  });
  worker.on('failed', (job) => (job?.finishedOn ? parts.onDeadLetter?.() : parts.onRetry?.()));
  worker.on('stalled', (jobId) => log.warn('stalled job taken over', { jobId }));

  return {
    async close(deadlineMs) {
      closing = true;
      batcher.drain(REQUEUE);
      const closed = worker.close();
      if (await settlesWithin(closed, deadlineMs)) return true;
      abort.abort();
      return settlesWithin(closed, ABORT_GRACE_MS);
    },
  };
}

/** A job that cannot be read becomes a dead letter. */
async function readDelivery(job: Job<JobData>): Promise<Delivery> {
  try {
    return decode(job.data);
  } catch (error) {
    // Not the message: a parser's quotes what it could not parse.
    const reason = `the stored event cannot be read (${(error as Error).name}): discard it and have the call sent again`;
    await storeCause(job, { code: 'EVENT_UNREADABLE', reason });
    throw new UnrecoverableError(reason);
  }
}

/** BullMQ is steered by what a processor returns or throws. */
async function carryOut(
  decision: JobDecision,
  job: Job<JobData>,
  token: string | undefined,
): Promise<string> {
  switch (decision.action) {
    case 'complete':
      return decision.summary;
    case 'retry':
      await storeCause(job, decision);
      throw new Error(decision.reason);
    case 'fail':
      await storeCause(job, decision);
      throw new UnrecoverableError(decision.reason);
    case 'delay':
      await storeCause(job, decision);
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

/** BullMQ keeps the text of an error only; `status` reads code and reason from the job's progress. */
async function storeCause(job: Job<JobData>, { code, reason, object, fields }: Cause): Promise<void> {
  const { retriedAt } = causeOf(job);
  const cause: JobCause = {
    code,
    reason,
    ...(object && { object }),
    ...(fields && { fields }),
    ...(retriedAt && { retriedAt }),
  };
  await job.updateProgress(cause);
}
