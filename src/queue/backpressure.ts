/**
 * Is there room in Redis? At `maxmemory` the workers stop too, since taking a job writes; so the ingress turns
 * calls away before that, and Altur brings them again.
 */
import { KEY_PREFIX, type RedisClient } from './redis.ts';

const MOST_FULL = 0.8;
const SAMPLE_EVERY_MS = 1_000;

export interface Capacity {
  /** Why no call may be taken now; undefined when there is room. Answers from the last sample. */
  shortage(): string | undefined;
  stop(): void;
}

export function watchCapacity(redis: RedisClient): Capacity {
  let shortage: string | undefined;
  const sample = async () => {
    try {
      shortage = judgeMemory(await memoryOf(redis));
    } catch {
      // An unreachable Redis is found out by the enqueueing itself.
    }
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  timer.unref();
  void sample();
  return { shortage: () => shortage, stop: () => clearInterval(timer) };
}

/** INFO has no key, so a cluster would answer by any of its nodes; ours are all on one. */
function memoryOf(redis: RedisClient): Promise<string> {
  return redis.eval(`return redis.call('INFO', 'memory')`, 1, KEY_PREFIX) as Promise<string>;
}

/** `info`: the answer to INFO memory. A `maxmemory` of 0 is no limit. */
function judgeMemory(info: string): string | undefined {
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const [used, most] = [read('used_memory'), read('maxmemory')];
  if (most === 0 || used <= most * MOST_FULL) return undefined;
  return `Redis is ${Math.round((used / most) * 100)} % full: raise maxmemory, or see why the queue is not emptying`;
}
