/**
 * When the oldest call was received that waits to be written: of the next in the queue, of those that wait behind the
 * others, and of those that wait to be tried again. A dead letter that an operator put back waits since then. Calls
 * that a worker has taken do not wait.
 */
import type { CallQueue } from '../queue/call-queue.ts';
import { causeOf } from '../queue/job-cause.ts';
import { pipelined } from '../queue/pipelined.ts';
import type { RedisClient } from '../queue/redis.ts';

/**
 * So many at each end that may hold the oldest. The queue keeps its order but for a few that were put back at its head;
 * of those tried again, the oldest are tried next, or, with the longest backoff, last.
 */
const SAMPLE = 100;

/** ms since the epoch; undefined when no call waits. */
export async function oldestWaiting(queue: CallQueue, redis: RedisClient): Promise<number | undefined> {
  const [wait, prioritized, delayed] = [
    queue.toKey('wait'),
    queue.toKey('prioritized'),
    queue.toKey('delayed'),
  ];
  const ends = await pipelined(redis, (pipeline) => {
    // BullMQ takes jobs from the end of this list.
    pipeline.lrange(wait, -SAMPLE, -1);
    pipeline.zrange(prioritized, '0', `${SAMPLE - 1}`);
    pipeline.zrange(delayed, '0', `${SAMPLE - 1}`);
    pipeline.zrange(delayed, `${-SAMPLE}`, '-1');
  });
  const ids = [...new Set((ends as string[][]).flat())];
  if (ids.length === 0) return undefined;
  const stored = await pipelined(redis, (pipeline) => {
    for (const id of ids) pipeline.hmget(queue.toKey(id), 'timestamp', 'progress');
  });
  const times = (stored as (string | null)[][]).flatMap(([timestamp, progress]) => {
    return timestamp == null ? [] : waitsSince(Number(timestamp), progress);
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/** `timestamp`: when the job was stored, which is when its event was received. `progress`: JSON. */
function waitsSince(timestamp: number, progress: string | null | undefined): number {
  const { retriedAt } = causeOf({ progress: JSON.parse(progress ?? '{}') });
  return retriedAt ?? timestamp;
}
