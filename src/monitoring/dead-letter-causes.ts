/** Why jobs are dead letters: of each its few fields that hold no personal data. */
import type { CallQueue } from '../queue/call-queue.ts';
import { type Cause, deadLetterCause } from '../queue/job-cause.ts';
import { pipelined } from '../queue/pipelined.ts';
import type { RedisClient } from '../queue/redis.ts';

export interface ReadCause {
  readonly cause: Cause;
  /** When the job was stored, ms since the epoch. */
  readonly storedAt: number;
}

const PAGE = 1_000;

/** In order. */
export async function readDeadLetterCauses(
  queue: CallQueue,
  redis: RedisClient,
  jobIds: readonly string[],
): Promise<readonly ReadCause[]> {
  const causes: ReadCause[] = [];
  for (let start = 0; start < jobIds.length; start += PAGE) {
    const stored = (await pipelined(redis, (pipeline) => {
      for (const jobId of jobIds.slice(start, start + PAGE))
        pipeline.hmget(queue.toKey(jobId), 'progress', 'failedReason', 'timestamp');
    })) as (string | null)[][];
    causes.push(...stored.map(readCause));
  }
  return causes;
}

function readCause([progress = null, failedReason = null, timestamp = null]: (string | null)[]): ReadCause {
  const cause = deadLetterCause({
    progress: parsed(progress),
    ...(failedReason !== null && { failedReason }),
  });
  return { cause, storedAt: Number(timestamp ?? 0) };
}

/** A field of a job that BullMQ stores as JSON. */
function parsed(json: string | null): object {
  return json === null ? {} : JSON.parse(json);
}
