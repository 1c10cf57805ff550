/** Runs one batch and decides the consequence of a failure: for one call, for the batch, or for the whole queue. */
import { CrmError, type Log } from '../../connectors/connector.ts';
import { type Delivery, deduplicationId } from '../queue/job.ts';
import type { Pause, PauseNotice } from '../queue/pause-notice.ts';
import { type CallQueue, pauseLeft } from '../queue/queue.ts';
import type { AdaptiveBatchSize } from './adaptive-batch-size.ts';
import {
  decideByError,
  type JobDecision,
  type PauseDecision,
  poisonDecision,
  REQUEUE,
} from './job-decision.ts';
import { chunks, idsOf } from './log-decisions.ts';
import { tell } from './tell.ts';

export interface BatchCall extends Delivery {
  /** Known as a poison message, from an earlier attempt of any worker. */
  readonly isPoison?: boolean;
}

export interface BatchRunnerParts {
  readonly queue: CallQueue;
  readonly pauseNotice: PauseNotice;
  readonly log: Log;
  /** Answers one decision per delivery, in order; throws CrmError when the batch could not be tried. */
  sync(deliveries: readonly Delivery[], signal: AbortSignal): Promise<readonly JobDecision[]>;
  /** Called after every batch that succeeded, with the number of its calls and its duration in ms. */
  onBatch?(size: number, ms: number): void;
  /** The queue was paused, `ms` longer than it was already. */
  onPause?(decision: PauseDecision, ms: number): void;
}

export interface BatchRunnerOptions extends BatchRunnerParts {
  readonly adaptiveSize: AdaptiveBatchSize;
  /** Aborts the batches in flight: their calls go back into the queue. */
  readonly signal: AbortSignal;
  /** Settles the calls that wait in this process for the next batch. */
  drain(decision: PauseDecision): void;
}

/** So long a batch that is being bisected waits for the end of a pause; before a longer one its calls go back. */
const LONGEST_WAIT_MS = 1_000;

/**
 * State, shared by the batches in flight: how many times in a row the CRM has failed.
 *
 * Transitions:
 * - a batch succeeds: no failures in a row; the notice, perhaps of another worker, is cleared once the queue is no
 *   longer paused.
 * - the CRM as a whole fails: one failure more, once for all batches that were in flight together; the queue is
 *   paused, the notice is set, and what waits in this process goes back into the queue. While batches still shrink it
 *   is not counted: the pauses stay as short as the first.
 * - the batch alone fails, by an error or since it holds a poison message: it is bisected at once, the queue is not
 *   paused. A batch of one call ends with the decision for that call.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  #failuresInARow = 0;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
  }

  /** Answers one decision per delivery, in order. `tries`: how often it is sent before its failure counts. */
  async run(deliveries: readonly BatchCall[], tries = 1): Promise<readonly JobDecision[]> {
    const { sync, signal, adaptiveSize } = this.#options;
    const startedAt = Date.now();
    const failuresAtStart = this.#failuresInARow;
    try {
      const decisions = await sync(deliveries, signal);
      await this.#succeeded(deliveries, startedAt);
      return decisions;
    } catch (error) {
      if (signal.aborted) return deliveries.map(() => REQUEUE);
      if (tries > 1 && isUnavailable(error)) return this.run(deliveries, tries - 1);
      const wasSmallest = adaptiveSize.limit === 1;
      if (this.#holdsPoison(deliveries, error)) return this.#bisect(deliveries, poisonDecision(error));
      // Batches that were in flight together and fail are one failure of the CRM.
      const further = wasSmallest ? 1 : 0;
      this.#failuresInARow = Math.max(this.#failuresInARow, failuresAtStart + further);
      const decision = decideByError(error, Math.max(1, this.#failuresInARow));
      if (decision.action === 'pause') return this.#crmFailed(deliveries, decision);
      this.#options.log.error('batch failed', { error, calls: deliveries.length });
      return this.#bisect(deliveries, decision);
    }
  }

  async #succeeded(deliveries: readonly Delivery[], startedAt: number): Promise<void> {
    const { adaptiveSize, queue, pauseNotice, log, onBatch } = this.#options;
    this.#failuresInARow = 0;
    adaptiveSize.succeeded(deliveries.map(jobName));
    // A batch that was in flight when the queue was paused does not show that the pause is over.
    const pause = await pauseNotice.read();
    if (pause !== undefined && (await pauseLeft(queue)) === 0) await this.#resume(pause);
    tell(log, () => onBatch?.(deliveries.length, Date.now() - startedAt));
  }

  /** Of all workers, the one that clears the notice logs it. */
  async #resume({ kind, code, since }: Pause): Promise<void> {
    if (!(await this.#options.pauseNotice.clear())) return;
    const pausedMs = since === undefined ? undefined : Date.now() - since;
    this.#options.log.info('queue resumed', { kind, code, pausedMs });
  }

  /** Does the CRM fail because of one of these calls? */
  #holdsPoison(deliveries: readonly BatchCall[], error: unknown): error is CrmError {
    if (!isUnavailable(error)) return false;
    const isKnown = deliveries.length === 1 && deliveries[0]!.isPoison === true;
    return this.#options.adaptiveSize.failed(deliveries.map(jobName), isKnown) === 'poison';
  }

  async #crmFailed(
    deliveries: readonly BatchCall[],
    decision: PauseDecision,
  ): Promise<readonly JobDecision[]> {
    const { code, reason, kind, pauseMs } = decision;
    await this.#pauseQueue(
      decision,
      deliveries.map(({ event }) => event.id),
    );
    this.#options.drain(decision);
    if (kind !== 'unavailable' || deliveries.length > 1) return deliveries.map(() => decision);
    // Behind the others, which then show whether the CRM is down or this call is a poison message.
    return [{ action: 'delay', delayMs: pauseMs, code, reason }];
  }

  async #pauseQueue(decision: PauseDecision, callIds: readonly string[]): Promise<void> {
    const { kind, code, reason, pauseMs } = decision;
    const { queue, pauseNotice, log, onPause } = this.#options;
    for (const ids of chunks(callIds)) {
      log.warn('queue paused', { kind, code, reason, pauseMs, ...idsOf(ids) });
    }
    // Another batch in flight may have paused it for longer.
    const left = Math.max(await pauseLeft(queue), 0);
    if (left > pauseMs) return;
    await queue.rateLimit(pauseMs);
    await pauseNotice.set({ kind, code, reason, until: Date.now() + pauseMs });
    tell(log, () => onPause?.(decision, pauseMs - left));
  }

  /** One of these calls makes the batch fail: `decision` is for that call, once it is alone; the others are written. */
  async #bisect(deliveries: readonly BatchCall[], decision: JobDecision): Promise<readonly JobDecision[]> {
    if (deliveries.length === 1) return [decision];
    const middle = Math.ceil(deliveries.length / 2);
    const [firstHalf, secondHalf] = [deliveries.slice(0, middle), deliveries.slice(middle)];
    const decisions = await this.#runPart(firstHalf);
    const pause = decisions.find(({ action }) => action === 'pause');
    return [...decisions, ...(pause ? secondHalf.map(() => pause) : await this.#runPart(secondHalf))];
  }

  /** A part is sent twice, as its batch was, so that a CRM that fails now and then does not have it split further. */
  async #runPart(deliveries: readonly BatchCall[]): Promise<readonly JobDecision[]> {
    const left = await pauseLeft(this.#options.queue);
    if (left > LONGEST_WAIT_MS) return deliveries.map(() => REQUEUE);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    return this.run(deliveries, 2);
  }
}

function isUnavailable(error: unknown): error is CrmError {
  return error instanceof CrmError && error.kind === 'unavailable';
}

/** By which the adaptive size knows a job. */
export const jobName = ({ event, digest }: Delivery) => deduplicationId(event, digest);
