/** The calls that wait in the queue. */
import type { Redis } from 'ioredis';
import type { JobData } from '../../src/queue/job.ts';
import { decode } from '../../src/queue/job.ts';
import { openQueue } from '../../src/queue/queue.ts';

/** Each job is read as the worker reads it. */
export async function storedCallIds(redis: Redis): Promise<string[]> {
  const queue = openQueue(redis);
  try {
    const jobs = await queue.getJobs(['wait', 'prioritized', 'delayed']);
    return jobs.map((job) => decode(job.data as JobData).event.id);
  } finally {
    await queue.close();
  }
}
