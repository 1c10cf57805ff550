/**
 * The last statement of each day in Redis, so that it is shown without asking again, and the one that is being made: one
 * at a time, under a lease, whichever process makes it.
 */
import type { LeaseTiming } from '../queue/lease-renewal.ts';
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import { acquireRedisLease, type LeaseWrite, leaseHolder, type RedisLease } from '../queue/redis-lease.ts';
import type { StatementProgress } from './read-statement.ts';
import type { DayStatement, Tally } from './statement.ts';

/** Longer than the ledger and the history: who looks at a month sees all of it. */
const KEEP_MS = 40 * 24 * 3_600_000;
/** A day on which everything is missing has a cause of its own; its calls are counted, and not all are named. */
const MAX_MISSING = 300;
/** Every renewal tells how far it is. */
const MAKING: LeaseTiming = { leaseMs: 30_000, renewEveryMs: 1_000 };
const FAILURE_MS = 24 * 3_600_000;

const base = `${KEY_PREFIX}:statement`;
const MAKING_KEY = `${base}-making`;
const FAILURE_KEY = `${base}-failure`;

export interface Making {
  readonly days: { readonly first: string; readonly last: string };
  readonly startedAt: number;
  readonly progress?: StatementProgress;
}

/** Why the last statement that was asked for was not made. */
export interface MakingFailure {
  readonly at: number;
  readonly code: string;
  readonly reason: string;
}

export class StatementStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Those that were made, of these days, in order. */
  async read(days: readonly string[]): Promise<readonly DayStatement[]> {
    if (days.length === 0) return [];
    const stored = await this.#redis.mget(days.map((day) => `${base}:${day}`));
    return stored.flatMap((json) => (json === null ? [] : (JSON.parse(json) as DayStatement)));
  }

  /** Undefined while another one is being made. */
  begin(making: Making): Promise<RedisLease | undefined> {
    return acquireRedisLease(this.#redis, MAKING_KEY, making, MAKING);
  }

  making(): Promise<Making | undefined> {
    return leaseHolder(this.#redis, MAKING_KEY);
  }

  async failure(): Promise<MakingFailure | undefined> {
    const json = await this.#redis.get(FAILURE_KEY);
    return json === null ? undefined : (JSON.parse(json) as MakingFailure);
  }
}

export function statementWrites(statements: readonly DayStatement[]): readonly LeaseWrite[] {
  return statements.map(({ listed, unlisted, ...statement }) => ({
    key: `${base}:${statement.day}`,
    json: { ...statement, listed: shortened(listed), unlisted: shortened(unlisted) },
    keepMs: KEEP_MS,
  }));
}

/** Undefined: the last one that was asked for was made. */
export function failureWrite(failure: MakingFailure | undefined): LeaseWrite {
  return { key: FAILURE_KEY, json: failure, keepMs: FAILURE_MS };
}

function shortened(tally: Tally): Tally {
  return { ...tally, missingCalls: tally.missingCalls.slice(0, MAX_MISSING) };
}
