/**
 * The last statement of each day in Redis, so that it is shown without asking again, and the one that is being made: one
 * at a time, whichever process makes it. Whoever makes it says so again and again; a process that died is given up after
 * `MAKING_MS`.
 */
import { KEY_PREFIX, type RedisClient } from '../queue/redis.ts';
import type { StatementProgress } from './read-statement.ts';
import type { DayStatement, Tally } from './statement.ts';

/** Longer than the ledger and the history: who looks at a month sees all of it. */
const KEEP_MS = 40 * 24 * 3_600_000;
/** A day on which everything is missing has a cause of its own; its calls are counted, and not all are named. */
const MAX_MISSING = 300;
const MAKING_MS = 30_000;
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

const REPLACE = `
local held = redis.call('GET', KEYS[1])
if held and string.find(held, ARGV[1], 1, true) then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
return 0`;

const RELEASE = `
local held = redis.call('GET', KEYS[1])
if held and string.find(held, ARGV[1], 1, true) then redis.call('DEL', KEYS[1]) end`;

export class StatementStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async write(statements: readonly DayStatement[]): Promise<void> {
    await Promise.all(
      statements.map((statement) => {
        const { day, listed, unlisted } = statement;
        const stored = { ...statement, listed: shortened(listed), unlisted: shortened(unlisted) };
        return this.#redis.set(`${base}:${day}`, JSON.stringify(stored), 'PX', KEEP_MS);
      }),
    );
  }

  /** Those that were made, of these days, in order. */
  async read(days: readonly string[]): Promise<readonly DayStatement[]> {
    if (days.length === 0) return [];
    const stored = await this.#redis.mget(days.map((day) => `${base}:${day}`));
    return stored.flatMap((json) => (json === null ? [] : (JSON.parse(json) as DayStatement)));
  }

  /** False while another one is being made. `token`: of who makes it. */
  async begin(token: string, making: Making): Promise<boolean> {
    const held = JSON.stringify({ token, ...making });
    return (await this.#redis.set(MAKING_KEY, held, 'PX', MAKING_MS, 'NX')) === 'OK';
  }

  /** False once another process makes one: this one was taken for dead. */
  async goOn(token: string, making: Making): Promise<boolean> {
    const held = JSON.stringify({ token, ...making });
    return (await this.#redis.eval(REPLACE, 1, MAKING_KEY, token, held, MAKING_MS)) === 1;
  }

  /** `failure`: absent once it was made. */
  async end(token: string, failure?: MakingFailure): Promise<void> {
    if (failure) await this.#redis.set(FAILURE_KEY, JSON.stringify(failure), 'PX', FAILURE_MS);
    else await this.#redis.del(FAILURE_KEY);
    await this.#redis.eval(RELEASE, 1, MAKING_KEY, token);
  }

  async making(): Promise<Making | undefined> {
    const json = await this.#redis.get(MAKING_KEY);
    if (json === null) return undefined;
    const { token: _, ...making } = JSON.parse(json) as Making & { readonly token: string };
    return making;
  }

  async failure(): Promise<MakingFailure | undefined> {
    const json = await this.#redis.get(FAILURE_KEY);
    return json === null ? undefined : (JSON.parse(json) as MakingFailure);
  }
}

function shortened(tally: Tally): Tally {
  return { ...tally, missingCalls: tally.missingCalls.slice(0, MAX_MISSING) };
}
