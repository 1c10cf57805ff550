/** Writes one batch and decides what its failure means: for one call, for the batch, or for the whole queue. */
import type { Log } from '../../connectors/connector.ts';
import { type Delivery, deduplicationId } from '../queue/job.ts';
import type { PauseNotice } from '../queue/pause.ts';
import { type CallQueue, pauseLeft } from '../queue/queue.ts';
import type { Narrowing } from './narrowing.ts';
import { judgeFailure, REQUEUE, type Verdict } from './verdict.ts';

export interface FlushParts {
  readonly queue: CallQueue;
  readonly pause: PauseNotice;
  readonly log: Log;
  /** Answers one verdict per delivery, in order; throws CrmError when the batch could not be tried. */
  sync(deliveries: readonly Delivery[], signal: AbortSignal): Promise<readonly Verdict[]>;
  /** Told of every batch that went through: how many calls, how long in ms. */
  onBatch?(size: number, ms: number): void;
}

type Flush = (deliveries: readonly Delivery[]) => Promise<readonly Verdict[]>;

/** `drain` settles the calls that wait in this process for the next batch. */
export function createFlush(
  parts: FlushParts,
  narrowing: Narrowing,
  signal: AbortSignal,
  drain: (verdict: Verdict) => void,
): Flush {
  let failures = 0;
  // Unknown at the start: an earlier process may have left a notice.
  let noticed = true;

  const succeeded = async (deliveries: readonly Delivery[], started: number) => {
    failures = 0;
    narrowing.succeeded(deliveries.map(nameOf));
    // A batch that was under way when the queue began to wait does not tell that it goes on.
    if (noticed && (await pauseLeft(parts.queue)) === 0) {
      await parts.pause.clear();
      noticed = false;
    }
    parts.onBatch?.(deliveries.length, Date.now() - started);
  };

  const waits = async (
    deliveries: readonly Delivery[],
    verdict: PauseVerdict,
  ): Promise<readonly Verdict[]> => {
    const blame = verdict.kind === 'transient' ? narrowing.failed(deliveries.map(nameOf)) : 'outage';
    if (blame === 'culprit') return deliveries.map(() => ({ action: 'retry', reason: verdict.reason }));
    noticed = true;
    await pauseQueue(parts, verdict, deliveries.length);
    drain(verdict);
    if (blame === 'outage') return deliveries.map(() => verdict);
    // Behind the others, which then show whether the CRM is down or this call is to blame.
    return deliveries.map(() => ({ action: 'defer', delayMs: verdict.pauseMs }));
  };

  const flush: Flush = async (deliveries) => {
    const started = Date.now();
    const failuresThen = failures;
    try {
      const verdicts = await parts.sync(deliveries, signal);
      await succeeded(deliveries, started);
      return verdicts;
    } catch (error) {
      if (signal.aborted) return deliveries.map(() => REQUEUE);
      // Batches that were under way together and fail are one failure of the CRM's.
      if (failures <= failuresThen) failures += 1;
      const verdict = judgeFailure(error, failures);
      if (verdict.action === 'pause') return waits(deliveries, verdict);
      parts.log.error('batch failed', { error, calls: deliveries.length });
      if (deliveries.length === 1) return [verdict];
      // One of these calls spoils the batch: halve until it is alone, so that the others go through.
      const middle = Math.ceil(deliveries.length / 2);
      const before = await flush(deliveries.slice(0, middle));
      return [...before, ...(await flush(deliveries.slice(middle)))];
    }
  };
  return flush;
}

type PauseVerdict = Verdict & { action: 'pause' };

const nameOf = ({ event, digest }: Delivery) => deduplicationId(event, digest);

async function pauseQueue(
  { queue, pause, log }: FlushParts,
  { kind, reason, pauseMs }: PauseVerdict,
  calls: number,
): Promise<void> {
  log.warn('queue waits for the CRM', { kind, reason, pauseMs, calls });
  // Others of the batches under way may have been told to wait longer.
  if ((await pauseLeft(queue)) > pauseMs) return;
  await queue.rateLimit(pauseMs);
  await pause.set({ kind, reason, until: Date.now() + pauseMs });
}
