/** Logs what BullMQ reports of a worker, repeated reports folded. */
import type { Worker } from 'bullmq';
import type { Log } from '../../connectors/connector.ts';
import { FoldedWarning } from '../folded-warning.ts';
import { isDenied } from '../queue/redis-fault.ts';
import { chunks } from './log-decisions.ts';

/** The lock of a job was lost, of each job of a batch at once: BullMQ reports every job by itself. */
const LOCK_LOST = /could not renew lock for job|Missing lock for job|Lock mismatch for job/;
const LOCK_HINT =
  'another worker takes the jobs over and nothing is written twice; check that Redis answers, and the load of this machine';

export function logEvents(
  worker: Pick<Worker, 'on'>,
  log: Log,
  onRedisDenial: (() => void) | undefined,
): void {
  const lockLost = new FoldedWarning(log, 'job locks lost', LOCK_HINT);
  worker.on('error', (error) => {
    if (LOCK_LOST.test(error.message)) lockLost.warn({ error });
    else log.error('worker error', { error });
    if (isDenied(error.message)) onRedisDenial?.();
  });
  logStalled(worker, log);
  worker.on('failed', (job, error) => {
    if (!STALLED_TOO_OFTEN.test(error.message)) return;
    log.error('job is a dead letter', { jobId: job?.id, code: 'CAUSE_UNKNOWN', reason: error.message });
  });
}

/** BullMQ reports the jobs of a worker that was killed one by one, in one turn. */
function logStalled(worker: Pick<Worker, 'on'>, log: Log): void {
  let jobIds: string[] = [];
  worker.on('stalled', (jobId) => {
    jobIds.push(jobId);
    if (jobIds.length > 1) return;
    setImmediate(() => {
      const some = jobIds;
      jobIds = [];
      for (const ids of chunks(some)) {
        if (ids.length === 1) log.warn('stalled job taken over', { jobId: ids[0] });
        else log.warn('stalled jobs taken over', { jobIds: ids, jobs: ids.length });
      }
    });
  });
}

/** BullMQ fails the job by itself, without the processor. */
const STALLED_TOO_OFTEN = /^job stalled more than/;
