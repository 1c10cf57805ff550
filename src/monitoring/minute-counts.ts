/** What happened in each minute, over all processes: one hash per minute in Redis, kept for a day. */
import { pipelined } from '../queue/pipelined.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import type { BufferedCounters } from './buffered-counters.ts';

/** What happened in one minute. */
export interface MinuteCounts {
  /** Its beginning, ms since the epoch. */
  readonly at: number;
  /** Accepted, not counting duplicates. */
  readonly received: number;
  readonly duplicates: number;
  /** Deliveries with a wrong signature. */
  readonly refused: number;
  readonly synced: number;
  readonly skipped: number;
  readonly retried: number;
  readonly deadLetters: number;
}

export type CountedInMinutes = keyof Omit<MinuteCounts, 'at'>;

const MINUTE_MS = 60_000;
const SHOWN_MINUTES = 60;
const RETENTION_MS = 24 * 3_600_000;

export interface MinuteCounter {
  add(what: CountedInMinutes): void;
  /** The last hour, oldest first, without gaps; the minute that has begun is the last. */
  read(now?: number): Promise<readonly MinuteCounts[]>;
}

export function openMinuteCounts(redis: RedisClient, counters: Pick<BufferedCounters, 'add'>): MinuteCounter {
  const keyOf = (at: number) => `${KEY_PREFIX}:minute:${at / MINUTE_MS}`;
  return {
    add(what) {
      counters.add({ key: keyOf(minuteOf(Date.now())), retentionMs: RETENTION_MS }, what);
    },
    async read(now = Date.now()) {
      const last = minuteOf(now);
      const minutes = Array.from({ length: SHOWN_MINUTES }, (_, index) => {
        return last - (SHOWN_MINUTES - 1 - index) * MINUTE_MS;
      });
      const stored = await pipelined(redis, (pipeline) => {
        for (const at of minutes) pipeline.hgetall(keyOf(at));
      });
      return minutes.map((at, index) => countsOf(at, stored[index] as Record<string, string>));
    },
  };
}

function minuteOf(at: number): number {
  return at - (at % MINUTE_MS);
}

function countsOf(at: number, stored: Readonly<Record<string, string>>): MinuteCounts {
  const count = (what: CountedInMinutes) => Number(stored[what] ?? 0);
  return {
    at,
    received: count('received'),
    duplicates: count('duplicates'),
    refused: count('refused'),
    synced: count('synced'),
    skipped: count('skipped'),
    retried: count('retried'),
    deadLetters: count('deadLetters'),
  };
}
