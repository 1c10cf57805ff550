/** The queue as the core calls it: the methods of BullMQ's `Queue` that it uses. */
import { ATTEMPTS, type CallQueue } from '../../../src/queue/call-queue.ts';
import type { JobData } from '../../../src/queue/job.ts';
import type { RedisClient } from '../../../src/queue/redis.ts';
import { RETENTION_MS } from '../../../src/queue/retention.ts';
import type { World } from '../world.ts';
import { type AddOptions, keyOf, type QueueServer } from './server.ts';

export function simulatedQueue(world: World, server: QueueServer, redis: RedisClient): CallQueue {
  const link = <T>(what: string, execute: () => T) => world.link('queue', what, execute);
  const queue = {
    name: 'calls',
    storedForm: 'plain',
    addOnce: (jobId: string, id: string, data: JobData) =>
      link('add', () =>
        server.add(data, { jobId, deduplication: { id, ttl: RETENTION_MS }, attempts: ATTEMPTS }),
      ),
    add: async (_: string, data: JobData, options: Omit<AddOptions, 'attempts'>) => {
      const id = await link('add', () => server.add(data, { ...options, attempts: ATTEMPTS }));
      return { id };
    },
    getJobState: (id: string) => link('state', () => server.stateOf(id)),
    getBackend: () => ({ client: Promise.resolve(redis) }),
    toKey: keyOf,
    getJobCountByTypes: () => link('count', () => server.waiting),
    rateLimit: (ms: number) => link('pause', () => server.pause(ms)),
    getRateLimitTtl: () => link('pause left', () => server.pauseLeft),
  };
  return queue as unknown as CallQueue;
}
