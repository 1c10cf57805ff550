/**
 * Spaces out the requests to Altur's API over all processes that share a Redis: 12 a second are allowed, for all of them
 * together: https://docs.altur.io/api-reference/campaigns/retrieve-calls
 *
 * This process takes one turn at a time and keeps the distance between its own requests as well, which is all there is
 * without Redis.
 */
import { nextTurn, type Quota, type RequestPace } from '../../connectors/connector.ts';
import type { Pace } from '../altur/altur-calls.ts';
import { EvenPace, REQUEST_INTERVAL_MS } from '../altur/pace.ts';
import type { RedisClient } from './redis.ts';
import { openRequestPace } from './request-pace.ts';

export class AlturPace implements Pace {
  readonly #shared: RequestPace;
  readonly #own: Pace;
  readonly #quota: Quota;
  #last: Promise<unknown> = Promise.resolve();

  constructor(redis: Pick<RedisClient, 'eval'>, everyMs = REQUEST_INTERVAL_MS) {
    this.#shared = openRequestPace(redis, 'altur');
    this.#own = new EvenPace(everyMs);
    this.#quota = { requests: 1, perMs: everyMs };
  }

  turn(signal?: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#take(signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    const shared = await nextTurn(this.#shared, 'api', this.#quota, signal).catch(() => undefined);
    await this.#own.turn(signal).finally(() => shared?.sent());
  }
}
