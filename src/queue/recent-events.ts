/**
 * The latest events, offered on the preview page, and what a call is written again from. Kept only where the dashboard is
 * on, each for an hour at most: they are personal data. In Redis they are encrypted under a key that is derived from
 * the dashboard's password: who can read Redis alone cannot read them.
 */
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { CallEvent } from '../altur/event.ts';
import { decode, encode, type JobData } from './job.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { open, seal } from './sealed.ts';

const MAX_EVENTS = 20;
const RETENTION_MS = 3_600_000;
/** A busy ingress accepts hundreds of events meanwhile, of which only the latest need to be encrypted and written. */
const WRITE_EVERY_MS = 50;
/** All processes of one deployment derive the same key. */
const SALT = 'altur-crm-sync recent events';

export interface RecentEvents {
  /** Resolves when it is written, or so many are newer that it will not be. */
  add(event: CallEvent, receivedAt: number): Promise<void>;
  /** Latest first. Those stored under another password are not among them. */
  list(): Promise<readonly RecentEvent[]>;
}

interface RecentEvent {
  readonly event: CallEvent;
  readonly receivedAt: number;
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
  let waiting: RecentEvent[] = [];
  let writing: Promise<void> | undefined;
  const write = async (events: readonly RecentEvent[]) => {
    const secret = await key();
    const last = await redis.incrby(`${KEY_PREFIX}:recent`, events.length);
    await pipelined(redis, (pipeline) => {
      for (const [index, { event, receivedAt }] of events.entries()) {
        const entry = JSON.stringify(encode({ event, digest: '', receivedAt }));
        pipeline.set(slot((last - index) % MAX_EVENTS), seal(entry, secret), 'PX', RETENTION_MS);
      }
    });
  };
  const writeWaiting = async () => {
    try {
      do {
        await new Promise((due) => setTimeout(due, WRITE_EVERY_MS));
        const events = waiting;
        waiting = [];
        await write(events);
      } while (waiting.length > 0);
    } finally {
      // Here, not when the promise is settled: an event that comes in between would wait for the one after it.
      writing = undefined;
    }
  };
  return {
    add(event, receivedAt) {
      waiting.push({ event, receivedAt });
      if (waiting.length > MAX_EVENTS) waiting.shift();
      writing ??= writeWaiting();
      return writing;
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
