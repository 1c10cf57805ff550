/**
 * Spaces out the requests to Altur's API over all processes that share a Redis: 12 a second are allowed, for all of them
 * together: https://docs.altur.io/api-reference/campaigns/retrieve-calls
 *
 * In Redis is the time of the next free slot, by the clock of Redis. This process takes one slot at a time and keeps a
 * distance between its own requests as well: a process that hung would send those of several slots at once. Without
 * Redis that distance is all there is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../altur/altur-calls.ts';
import { REQUEST_INTERVAL_MS } from '../altur/pace.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

const SLOT_KEY = `${KEY_PREFIX}:altur-pace`;

/** A slot further ahead was given by a clock that has been set back since: each process takes one slot at a time. */
const FARTHEST_MS = 120_000;

/** Answers in how many ms the slot is. */
const TAKE_SLOT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slot = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
if slot > now + ARGV[2] then slot = now end
redis.call('SET', KEYS[1], string.format('%.0f', slot + ARGV[1]), 'PX', string.format('%.0f', slot - now + ARGV[1]))
return slot - now`;

export class AlturPace implements Pace {
  readonly #redis: Pick<RedisClient, 'eval'>;
  readonly #everyMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #nextAt = 0;

  constructor(redis: Pick<RedisClient, 'eval'>, everyMs = REQUEST_INTERVAL_MS) {
    this.#redis = redis;
    this.#everyMs = everyMs;
  }

  turn(signal?: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#take(signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const shared = await this.#sharedWait();
    const wait = Math.max(shared, this.#nextAt - performance.now());
    if (wait > 0) await sleep(wait, undefined, signal ? { signal } : {});
    this.#nextAt = performance.now() + this.#everyMs * 0.9;
  }

  async #sharedWait(): Promise<number> {
    try {
      return Number(await this.#redis.eval(TAKE_SLOT, 1, SLOT_KEY, this.#everyMs, FARTHEST_MS));
    } catch {
      return 0;
    }
  }
}
