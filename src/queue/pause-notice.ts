/** Why the queue is paused: written by workers, read by `/readyz` of every process and by `status`. */
import type { CrmErrorKind } from '../../connectors/connector.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** In what way the CRM as a whole cannot be written to. */
export type PauseKind = Exclude<CrmErrorKind, 'rejected'>;

export interface Pause {
  readonly kind: PauseKind;
  /** Stable; absent in a notice that an earlier version of this service has set. */
  readonly code?: string;
  readonly reason: string;
  /** When the CRM is tried again, ms since the epoch. */
  readonly until: number;
  /** When the first of the pauses in a row began, ms since the epoch. */
  readonly since?: number;
}

/** The notice outlives the pause, so that it does not flicker while the next batch is in flight. */
const GRACE_MS = 30_000;

export interface PauseNotice {
  read(): Promise<Pause | undefined>;
  set(pause: Omit<Pause, 'since'>): Promise<void>;
  /** Whether there was one: of several workers that clear it, one is told so. */
  clear(): Promise<boolean>;
}

export function openPauseNotice(redis: RedisClient): PauseNotice {
  const key = `${KEY_PREFIX}:pause`;
  const read = async () => {
    const json = await redis.get(key);
    return json === null ? undefined : fromJson(json);
  };
  return {
    read,
    async set(pause) {
      const now = Date.now();
      const since = (await read())?.since ?? now;
      const lifetime = Math.max(pause.until - now, 0) + GRACE_MS;
      await redis.set(key, JSON.stringify({ ...pause, since }), 'PX', lifetime);
    },
    async clear() {
      return (await redis.del(key)) > 0;
    },
  };
}

/** Version 0.1.0 had another word for a CRM that is unavailable. */
function fromJson(json: string): Pause {
  const { kind, ...pause } = JSON.parse(json) as Omit<Pause, 'kind'> & {
    readonly kind: PauseKind | 'transient';
  };
  return { ...pause, kind: kind === 'transient' ? 'unavailable' : kind };
}
