/** What a process that writes to the CRM runs: the worker, and what is done at certain times beside it. */
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { type CallWorker, type CallWorkerParts, startCallWorker } from './call-worker.ts';
import type { ReconcilingParts } from './start-reconciling.ts';

export interface WritingParts extends CallWorkerParts, Pick<ReconcilingParts, 'pauseNotice' | 'processes'> {
  /** Rejects when Redis does not answer. */
  readonly redis: RedisClient;
  readonly queue: CallQueue;
}

export async function startWriting(parts: WritingParts): Promise<CallWorker> {
  const worker = await startCallWorker(parts);
  // Loaded where they are on: they bring the reconciling, the statements and Altur's API, about 40 modules.
  if (parts.config.reconcileEveryMs !== undefined) {
    const { startReconciling } = await import('./start-reconciling.ts');
    startReconciling({ ...parts, worker });
  }
  if (parts.config.dailySummaryAt !== undefined) {
    const { startDailySummary } = await import('./start-daily-summary.ts');
    startDailySummary({ ...parts, connector: worker.connector });
  }
  return worker;
}
