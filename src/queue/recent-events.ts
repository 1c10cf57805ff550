/**
 * The latest events, offered on the preview page, and what a call is written again from. Kept only where the dashboard is
 * on, each for an hour at most: they are personal data. In Redis they are encrypted under a key that is derived from
 * the dashboard's password: who can read Redis alone cannot read them.
 */
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { CallEvent } from '../altur/event.ts';
import { decode, encode, type JobData } from './job.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { open, seal } from './sealed.ts';

const MAX_EVENTS = 20;
const RETENTION_MS = 3_600_000;
/** All processes of one deployment derive the same key. */
const SALT = 'altur-crm-sync recent events';

export interface RecentEvents {
  add(event: CallEvent, receivedAt: number): Promise<void>;
  /** Latest first. Those stored under another password are not among them. */
  list(): Promise<readonly { readonly event: CallEvent; readonly receivedAt: number }[]>;
}

/** Undefined without a password. Opened once in a process: the key is derived slowly. */
export function openRecentEvents(redis: RedisClient, password: string): RecentEvents;
export function openRecentEvents(redis: RedisClient, password: string | undefined): RecentEvents | undefined;
export function openRecentEvents(redis: RedisClient, password: string | undefined): RecentEvents | undefined {
  if (password === undefined) return undefined;
  // Each event has a slot and a time to live of its own, so it expires even if no event follows.
  const slot = (index: number) => `${KEY_PREFIX}:recent:${index}`;
  let derived: Promise<Buffer> | undefined;
  // Slow on purpose, so once, and not before it is needed.
  const key = () => {
    derived ??= promisify<string, string, number, Buffer>(scrypt)(password, SALT, 32);
    return derived;
  };
  return {
    async add(event, receivedAt) {
      const index = (await redis.incr(`${KEY_PREFIX}:recent`)) % MAX_EVENTS;
      const entry = JSON.stringify(encode({ event, digest: '', receivedAt }));
      await redis.set(slot(index), seal(entry, await key()), 'PX', RETENTION_MS);
    },
    async list() {
      const secret = await key();
      const stored = await redis.mget(Array.from({ length: MAX_EVENTS }, (_, index) => slot(index)));
      return stored
        .flatMap((sealed) => (sealed == null ? [] : (open(sealed, secret) ?? [])))
        .map((json) => decode(JSON.parse(json) as JobData))
        .toSorted((a, b) => b.receivedAt - a.receivedAt);
    },
  };
}
