/** Why the queue is paused: written by workers, read by `/readyz` of every process and by `status`. */
import { KEY_PREFIX, type RedisClient } from './redis.ts';

export interface Pause {
  readonly kind: 'unavailable' | 'rate_limited' | 'unauthorized';
  /** Stable; absent in a notice that an earlier version of this service has set. */
  readonly code?: string;
  readonly reason: string;
  /** When the CRM is tried again, ms since the epoch. */
  readonly until: number;
}

/** The notice outlives the pause, so that it does not flicker while the next batch is in flight. */
const GRACE_MS = 30_000;

export interface PauseNotice {
  read(): Promise<Pause | undefined>;
  set(pause: Pause): Promise<void>;
  clear(): Promise<void>;
}

export function openPauseNotice(redis: RedisClient): PauseNotice {
  const key = `${KEY_PREFIX}:pause`;
  return {
    async read() {
      const json = await redis.get(key);
      return json === null ? undefined : (JSON.parse(json) as Pause);
    },
    async set(pause) {
      const lifetime = Math.max(pause.until - Date.now(), 0) + GRACE_MS;
      await redis.set(key, JSON.stringify(pause), 'PX', lifetime);
    },
    async clear() {
      await redis.del(key);
    },
  };
}
