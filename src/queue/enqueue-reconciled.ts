/**
 * Stores calls whose webhooks never came. Their job ids follow from call and content, so a group that is stored again,
 * after an error or a restart, adds nothing twice.
 */
import type { CallEvent } from '../altur/event.ts';
import { type CallQueue, clientOf } from './call-queue.ts';
import { contentDigest, deduplicationId, encode } from './job.ts';
import { pipelined } from './pipelined.ts';
import { BEHIND_LIVE_CALLS } from './queue.ts';

export interface ReconciledCall {
  readonly event: CallEvent;
  /** When the call ended, ms since the epoch: every webhook of it is received later, and wins. */
  readonly receivedAt: number;
  /** When the CRM said that it has no such call; absent where it was not asked. */
  readonly absentAt?: number;
}

/** Behind the live calls. Throws when Redis does not take all of them. */
export async function enqueueReconciled(queue: CallQueue, calls: readonly ReconciledCall[]): Promise<void> {
  const jobs = calls.map(({ event, receivedAt, absentAt }) => {
    const digest = contentDigest(event);
    return {
      name: 'call' as const,
      data: encode(
        { ...{ event, digest, receivedAt, reconciled: true }, ...(absentAt !== undefined && { absentAt }) },
        queue.storedForm,
      ),
      opts: {
        jobId: `${deduplicationId(event, digest)}~reconciled`,
        priority: BEHIND_LIVE_CALLS,
      },
    };
  });
  await deleteLeftovers(
    queue,
    jobs.map(({ opts }) => opts.jobId),
  );
  await queue.addBulk(jobs);
}

/**
 * BullMQ's script is not atomic when Redis rejects a command in the middle: the data of a job in no list would make the
 * next try a duplicate. github.com/taskforcesh/bullmq/issues/4311
 */
async function deleteLeftovers(queue: CallQueue, jobIds: readonly string[]): Promise<void> {
  const redis = await clientOf(queue);
  const exist = await pipelined(redis, (pipeline) => {
    for (const id of jobIds) pipeline.exists(queue.toKey(id));
  });
  for (const [index, id] of jobIds.entries()) {
    if (exist[index] === 1 && (await queue.getJobState(id)) === 'unknown') await redis.del(queue.toKey(id));
  }
}
