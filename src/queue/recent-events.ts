/**
 * The latest events, offered on the preview page. Kept only where the dashboard is on, each for an hour at most: they
 * are personal data.
 */
import type { CallEvent } from '../altur/event.ts';
import { decode, encode, type JobData } from './job.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

const MAX_EVENTS = 20;
const RETENTION_MS = 3_600_000;

export interface RecentEvents {
  add(event: CallEvent, receivedAt: number): Promise<void>;
  /** Latest first. */
  list(): Promise<readonly { readonly event: CallEvent; readonly receivedAt: number }[]>;
}

export function openRecentEvents(redis: RedisClient): RecentEvents {
  // Each event has a slot and a time to live of its own, so it expires even if no event follows.
  const slot = (index: number) => `${KEY_PREFIX}:recent:${index}`;
  return {
    async add(event, receivedAt) {
      const index = (await redis.incr(`${KEY_PREFIX}:recent`)) % MAX_EVENTS;
      const entry = JSON.stringify(encode({ event, digest: '', receivedAt }));
      await redis.set(slot(index), entry, 'PX', RETENTION_MS);
    },
    async list() {
      const stored = await redis.mget(Array.from({ length: MAX_EVENTS }, (_, index) => slot(index)));
      return stored
        .flatMap((json) => (json == null ? [] : decode(JSON.parse(json) as JobData)))
        .toSorted((a, b) => b.receivedAt - a.receivedAt);
    },
  };
}
