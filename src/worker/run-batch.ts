/** Writes one batch and decides what its failure means: for one call, for the batch, or for the whole queue. */
import type { Log } from '../../connectors/connector.ts';
import { type Delivery, deduplicationId } from '../queue/job.ts';
import type { PauseNotice } from '../queue/pause-notice.ts';
import { type CallQueue, pauseLeft } from '../queue/queue.ts';
import type { AdaptiveBatchSize } from './adaptive-batch-size.ts';
import { decideFailure, type JobDecision, REQUEUE } from './job-decision.ts';

export interface FlushParts {
  readonly queue: CallQueue;
  readonly pause: PauseNotice;
  readonly log: Log;
  /** Answers one decision per delivery, in order; throws CrmError when the batch could not be tried. */
  sync(deliveries: readonly Delivery[], signal: AbortSignal): Promise<readonly JobDecision[]>;
  /** Told of every batch that went through: how many calls, how long in ms. */
  onBatch?(size: number, ms: number): void;
}

type Flush = (deliveries: readonly Delivery[]) => Promise<readonly JobDecision[]>;

/** `drain` settles the calls that wait in this process for the next batch. */
export function createFlush(
  parts: FlushParts,
  adaptiveSize: AdaptiveBatchSize,
  signal: AbortSignal,
  drain: (decision: JobDecision) => void,
): Flush {
  let failures = 0;
  // Unknown at the start: an earlier process may have left a notice.
  let noticed = true;

  const succeeded = async (deliveries: readonly Delivery[], started: number) => {
    failures = 0;
    adaptiveSize.succeeded(deliveries.map(nameOf));
    // A batch that was under way when the queue began to wait does not tell that it goes on.
    if (noticed && (await pauseLeft(parts.queue)) === 0) {
      await parts.pause.clear();
      noticed = false;
    }
    parts.onBatch?.(deliveries.length, Date.now() - started);
  };

  const waits = async (
    deliveries: readonly Delivery[],
    decision: PauseDecision,
  ): Promise<readonly JobDecision[]> => {
    const blame = decision.kind === 'unavailable' ? adaptiveSize.failed(deliveries.map(nameOf)) : 'outage';
    if (blame === 'poison') return deliveries.map(() => ({ action: 'retry', reason: decision.reason }));
    noticed = true;
    await pauseQueue(parts, decision, deliveries.length);
    drain(decision);
    if (blame === 'outage') return deliveries.map(() => decision);
    // Behind the others, which then show whether the CRM is down or this call is to blame.
    return deliveries.map(() => ({ action: 'delay', delayMs: decision.pauseMs }));
  };

  const flush: Flush = async (deliveries) => {
    const started = Date.now();
    const failuresThen = failures;
    try {
      const decisions = await parts.sync(deliveries, signal);
      await succeeded(deliveries, started);
      return decisions;
    } catch (error) {
      if (signal.aborted) return deliveries.map(() => REQUEUE);
      // Batches that were under way together and fail are one failure of the CRM's.
      if (failures <= failuresThen) failures += 1;
      const decision = decideFailure(error, failures);
      if (decision.action === 'pause') return waits(deliveries, decision);
      parts.log.error('batch failed', { error, calls: deliveries.length });
      if (deliveries.length === 1) return [decision];
      // One of these calls spoils the batch: halve until it is alone, so that the others go through.
      const middle = Math.ceil(deliveries.length / 2);
      const before = await flush(deliveries.slice(0, middle));
      return [...before, ...(await flush(deliveries.slice(middle)))];
    }
  };
  return flush;
}

type PauseDecision = JobDecision & { action: 'pause' };

const nameOf = ({ event, digest }: Delivery) => deduplicationId(event, digest);

async function pauseQueue(
  { queue, pause, log }: FlushParts,
  { kind, reason, pauseMs }: PauseDecision,
  calls: number,
): Promise<void> {
  log.warn('queue waits for the CRM', { kind, reason, pauseMs, calls });
  // Others of the batches under way may have been told to wait longer.
  if ((await pauseLeft(queue)) > pauseMs) return;
  await queue.rateLimit(pauseMs);
  await pause.set({ kind, reason, until: Date.now() + pauseMs });
}
