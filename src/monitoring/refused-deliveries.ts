/**
 * Deliveries whose signature was wrong, by the call id they claimed: for the person who looks for a call that Altur
 * says it delivered. Anybody may send them, as many as they like: so only the latest are kept, few a second are looked
 * at, and their ids are stored as keys.
 */
import { callKey } from '../queue/job.ts';
import { pipelined } from '../queue/pipelined.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { RETENTION_MS } from '../queue/retention.ts';

const MAX_DELIVERIES = 1_000;

export interface RefusedDeliveries {
  add(callId: string, at: number): Promise<void>;
  of(callId: string): Promise<{ readonly count: number; readonly lastAt: number } | undefined>;
}

export function openRefusedDeliveries(redis: RedisClient): RefusedDeliveries {
  const list = `${KEY_PREFIX}:refused`;
  return {
    async add(callId, at) {
      await pipelined(redis, (pipeline) => {
        pipeline.lpush(list, `${at} ${callKey(callId)}`);
        pipeline.ltrim(list, 0, MAX_DELIVERIES - 1);
        pipeline.pexpire(list, RETENTION_MS);
      });
    },
    async of(callId) {
      const key = callKey(callId);
      const times = (await redis.lrange(list, 0, -1))
        .map((entry) => entry.split(' '))
        .filter(([, each]) => each === key)
        .map(([at]) => Number(at));
      return times.length === 0 ? undefined : { count: times.length, lastAt: Math.max(...times) };
    },
  };
}
