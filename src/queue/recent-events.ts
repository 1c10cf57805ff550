/**
 * The events that came in lately, to be picked from on the preview page. Kept only where the dashboard is on, each for
 * an hour at most: they are personal data.
 */
import type { CallEvent } from '../altur/event.ts';
import { decode, encode, type JobData } from './job.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

const MOST = 20;
const KEPT_MS = 3_600_000;

export interface RecentEvents {
  remember(event: CallEvent, receivedAt: number): Promise<void>;
  /** The latest first. */
  list(): Promise<readonly { readonly event: CallEvent; readonly receivedAt: number }[]>;
}

export function openRecent(redis: RedisClient): RecentEvents {
  // Each has a place and a time to live of its own: the hour holds however few events come after it.
  const place = (index: number) => `${KEY_PREFIX}:recent:${index}`;
  return {
    async remember(event, receivedAt) {
      const index = (await redis.incr(`${KEY_PREFIX}:recent`)) % MOST;
      const entry = JSON.stringify(encode({ event, digest: '', receivedAt }));
      await redis.set(place(index), entry, 'PX', KEPT_MS);
    },
    async list() {
      const stored = await redis.mget(Array.from({ length: MOST }, (_, index) => place(index)));
      return stored
        .flatMap((json) => (json == null ? [] : decode(JSON.parse(json) as JobData)))
        .toSorted((a, b) => b.receivedAt - a.receivedAt);
    },
  };
}
