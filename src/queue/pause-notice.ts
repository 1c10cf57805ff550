/** Why the queue waits, if it does: written by workers, read by every process's `/readyz` and by `status`. */
import { KEY_PREFIX, type RedisClient } from './redis.ts';

export interface Pause {
  readonly kind: 'unavailable' | 'rate_limited' | 'unauthorized';
  readonly reason: string;
  /** When the CRM is tried again, ms since the epoch. */
  readonly until: number;
}

/** The notice outlives the pause a little, so that it does not flicker while the next probe is under way. */
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
