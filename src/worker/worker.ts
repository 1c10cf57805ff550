/**
 * A BullMQ worker whose processor awaits a batcher: locks, stalled-job recovery, retries and pausing stay
 * BullMQ's.
 */
import type { Job, Processor, WorkerOptions } from 'bullmq';
import type { Connector, Log } from '../../connectors/connector.ts';
import type { Delivery, JobData } from '../queue/job.ts';
import { NO_LIMIT, waitingCount } from '../queue/queue.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { settlesWithin } from '../timeout.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { AdaptiveBatchSize } from './adaptive-batch-size.ts';
import { type Attempt, failUnreadable, readAttempt, UnreadableError } from './attempt.ts';
import { type BatchRequest, BatchRequests } from './batch-requests.ts';
import { Batcher } from './batcher.ts';
import { carryOut, RetryError } from './carry-out.ts';
import {
  decideByError,
  type FinalDecision,
  finalDecision,
  type JobDecision,
  type PauseDecision,
  REQUEUE,
  retryDelay,
} from './job-decision.ts';
import { lingerFor } from './linger.ts';
import { WorkerLiveness } from './liveness.ts';
import { logDecisions } from './log-decisions.ts';
import { PacedWorker } from './paced-worker.ts';
import { BatchRunner, type BatchRunnerParts, jobName } from './run-batch.ts';
import { tell } from './tell.ts';
import { logEvents } from './worker-events.ts';

/** The jobs of a killed worker are taken over within the lock and one stalled check: 15 s. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** How often a job may lose its worker. High: a bad host must not turn a whole batch into dead letters. */
const MAX_STALLED = 25;
/** How long aborted batches may take to end. */
const ABORT_GRACE_MS = 2_000;

/** The parts of BullMQ's worker that are used here. */
export type JobWorker = Pick<PacedWorker<string>, 'mayTakeJobs' | 'onTurn' | 'isRunning' | 'on' | 'close'>;

export interface WorkerParts extends BatchRunnerParts {
  /** BullMQ's by default; a simulation has its own. */
  openWorker?(process: Processor<JobData, string>, options: WorkerOptions): JobWorker;
  readonly connection: RedisClient;
  readonly connector: Connector;
  /** Deliveries that share a key are never in flight in two batches of this process. */
  concurrencyKeys(delivery: Delivery): readonly string[];
  readonly tracing?: Pick<Tracing, 'call'> | undefined;
  /** False while no job may be taken. */
  mayTakeJobs?(): boolean;
  /** The user of Redis may not run a command of BullMQ. */
  onRedisDenial?(): void;
  onDecision?(decision: FinalDecision, delivery: Delivery): void;
  /** A job has used up an attempt and will be tried again; or it was the last, or the job can never be written. */
  onRetry?(): void;
  onDeadLetter?(): void;
  /** The connector reports its requests to it. */
  readonly requests?: BatchRequests;
  /** Is told of all that moves. */
  readonly liveness?: WorkerLiveness;
  /** Called after every batch, whatever became of it. */
  onDecisions?(batch: DecidedBatch): void;
}

/** What became of a batch. */
export interface DecidedBatch {
  readonly calls: readonly Delivery[];
  /** One per call, in order. */
  readonly decisions: readonly FinalDecision[];
  /** To the CRM. */
  readonly requests: readonly BatchRequest[];
}

export interface RunningWorker {
  /**
   * Stops taking jobs, waits for the batches in flight, gives the rest back. After `deadlineMs` the batches are
   * aborted; false when even that did not end in time (no Redis): the jobs' locks then lapse by themselves.
   */
  close(deadlineMs: number): Promise<boolean>;
}

export function startWorker(parts: WorkerParts): RunningWorker {
  const { queue, log, tracing, liveness = new WorkerLiveness() } = parts;
  const abort = new AbortController();
  const batcher = openBatcher(parts, abort.signal);
  let closing = false;

  const process = async (job: Job<JobData>, token?: string) => {
    const attempt = readAttempt(job);
    if (attempt instanceof UnreadableError) return failUnreadable(job, attempt, log);
    const decide = async () => (closing ? REQUEUE : batcher.push(attempt));
    const decision = await (tracing ? tracing.call(attempt, job.attemptsStarted, decide) : decide());
    tell(log, () => parts.onDecision?.(decision, attempt));
    return carryOut(decision, job, token);
  };
  const { openWorker = (...args) => new PacedWorker<string>(queue.name, ...args) } = parts;
  const worker = openWorker(process, optionsFor(parts));
  worker.mayTakeJobs = parts.mayTakeJobs ?? (() => true);
  worker.onTurn = () => liveness.moved();
  liveness.watch(() => !closing && !worker.isRunning());
  logEvents(worker, log, parts.onRedisDenial);
  worker.on('failed', (job) => tell(log, () => (job?.finishedOn ? parts.onDeadLetter : parts.onRetry)?.()));

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

/** Gathers attempts into batches, runs these, and settles each attempt with its final decision. */
function openBatcher(parts: WorkerParts, signal: AbortSignal): Batcher<Attempt, FinalDecision> {
  const { queue, connector, log, requests = new BatchRequests() } = parts;
  const adaptiveSize = new AdaptiveBatchSize(connector.batchSize);
  const drain = (decision: PauseDecision) => batcher.drain(decision);
  const runner = new BatchRunner({ ...parts, adaptiveSize, signal, drain });
  const batcher = new Batcher<Attempt, FinalDecision>({
    maxSize: () => adaptiveSize.limit,
    maxInFlight: connector.maxInFlight,
    concurrencyKeys: parts.concurrencyKeys,
    mustBeAlone: (call) => call.isPoison === true || adaptiveSize.isSuspect(jobName(call)),
    backlog: () => waitingCount(queue),
    isUrgent: ({ reconciled }) => !reconciled,
    lingerMs: () => lingerFor(connector.usage?.()),
    async runBatch(calls) {
      const run = () => runner.run(calls).catch((error) => failedBatch(calls, error, log));
      const ran = await requests.of(run);
      const decisions = ran.result.map((decision, index) => {
        const { attemptsMade, attempts } = calls[index]!;
        return finalDecision(decision, attemptsMade, attempts);
      });
      logDecisions(log, connector.name, calls, decisions);
      parts.liveness?.moved();
      tell(log, () => parts.onDecisions?.({ calls, decisions, requests: ran.requests }));
      return decisions;
    },
  });
  return batcher;
}

function optionsFor({ connection, connector }: WorkerParts): WorkerOptions {
  return {
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
    settings: {
      backoffStrategy: (attemptsMade, _, error) =>
        error instanceof RetryError ? error.delayMs : retryDelay(attemptsMade),
    },
  };
}

/** Redis failed in the middle of the consequences of a batch. */
function failedBatch(calls: readonly Attempt[], error: unknown, log: Log): readonly JobDecision[] {
  log.error('batch failed', { error, calls: calls.length });
  return calls.map(() => decideByError(error, 1));
}
