/** What a process that writes to the CRM runs: the worker, and what is done at certain times beside it. */
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { type CallWorker, type CallWorkerParts, startCallWorker } from './call-worker.ts';
import { startDailySummary } from './start-daily-summary.ts';
import { type ReconcilingParts, startReconciling } from './start-reconciling.ts';

export interface WritingParts extends CallWorkerParts, Pick<ReconcilingParts, 'pauseNotice' | 'processes'> {
  /** Rejects when Redis does not answer. */
  readonly redis: RedisClient;
  readonly queue: CallQueue;
}

export async function startWriting(parts: WritingParts): Promise<CallWorker> {
  const worker = await startCallWorker(parts);
  startReconciling({ ...parts, worker });
  startDailySummary({ ...parts, connector: worker.connector });
  return worker;
}
