import type { Pace } from './altur-calls.ts';
import { wait } from './wait.ts';

/**
 * Altur allows 12 requests a second on its campaign endpoints: https://docs.altur.io/es/api-reference/campaigns/retrieve.
 * Nine leave room for those that are late on their way and arrive with the next ones.
 */
export const REQUEST_INTERVAL_MS = 115;

/**
 * The pace of one process. Each turn waits for the one before it to be given, not only for its own time: however late
 * timers are, and after any rest, two turns are never closer than the interval.
 */
export class EvenPace implements Pace {
  readonly #intervalMs: number;
  #previous: Promise<void> = Promise.resolve();
  #givenAt = Number.NEGATIVE_INFINITY;

  constructor(intervalMs = REQUEST_INTERVAL_MS) {
    this.#intervalMs = intervalMs;
  }

  turn(signal?: AbortSignal): Promise<void> {
    const turn = this.#previous.then(() => this.#give(signal));
    this.#previous = turn.catch(() => undefined);
    return turn;
  }

  async #give(signal: AbortSignal | undefined): Promise<void> {
    await wait(this.#givenAt + this.#intervalMs - performance.now(), signal);
    this.#givenAt = performance.now();
  }
}
