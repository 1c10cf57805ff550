/** How many requests to the CRM the calls of reconciles have cost, hour by hour: counted by workers, read by the throttle. */
import { pipelined } from '../queue/pipelined.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

export interface Cost {
  readonly calls: number;
  readonly requests: number;
}

export interface ReconciledRequests {
  add(cost: Cost): Promise<void>;
  /** Of the last 24 hours. */
  read(now?: number): Promise<Cost>;
}

/** `scope` separates one CRM from another. */
export function openReconciledRequests(redis: RedisClient, scope: string): ReconciledRequests {
  const keyOf = (hour: number) => `${KEY_PREFIX}:reconcile:requests:${scope}:${hour}`;
  const hourOf = (at: number) => Math.floor(at / HOUR_MS);
  return {
    async add({ calls, requests }) {
      const key = keyOf(hourOf(Date.now()));
      await pipelined(redis, (pipeline) => {
        pipeline.hincrby(key, 'calls', calls);
        pipeline.hincrbyfloat(key, 'requests', requests);
        pipeline.pexpire(key, (HOURS + 1) * HOUR_MS);
      });
    },
    async read(now = Date.now()) {
      const hours = Array.from({ length: HOURS }, (_, index) => hourOf(now) - index);
      const stored = await pipelined(redis, (pipeline) => {
        for (const hour of hours) pipeline.hmget(keyOf(hour), 'calls', 'requests');
      });
      const sum = (field: number) =>
        (stored as (string | null)[][]).reduce((total, counts) => total + Number(counts[field] ?? 0), 0);
      return { calls: sum(0), requests: sum(1) };
    },
  };
}
