/**
 * Backpressure: at `maxmemory` the workers stop too, since taking a job writes to Redis. So the ingress rejects events
 * before that, and Altur delivers them again.
 */
import { KEY_PREFIX, type RedisClient } from './redis.ts';

const FULL_FROM_SHARE = 0.8;
const SAMPLE_EVERY_MS = 1_000;

export interface Backpressure {
  /** Why no event may be accepted now; undefined when Redis has room. From the last sample. */
  reason(): string | undefined;
  stop(): void;
}

export function watchBackpressure(redis: RedisClient): Backpressure {
  let reason: string | undefined;
  const sample = async () => {
    try {
      reason = memoryReason(await memoryInfo(redis));
    } catch {
      // An unreachable Redis shows when an event is enqueued.
    }
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  timer.unref();
  void sample();
  return { reason: () => reason, stop: () => clearInterval(timer) };
}

/** INFO has no key, so in a cluster any node would answer; the script's key selects the node that holds ours. */
function memoryInfo(redis: RedisClient): Promise<string> {
  return redis.eval(`return redis.call('INFO', 'memory')`, 1, KEY_PREFIX) as Promise<string>;
}

/** `info`: the answer to INFO memory. A `maxmemory` of 0 is no limit. */
function memoryReason(info: string): string | undefined {
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const [used, limit] = [read('used_memory'), read('maxmemory')];
  if (limit === 0 || used <= limit * FULL_FROM_SHARE) return undefined;
  return `Redis is ${Math.round((used / limit) * 100)} % full: raise maxmemory, or find out why the queue is not emptying`;
}
