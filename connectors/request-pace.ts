/**
 * Spaces out requests so that no window of time holds more of them than a quota allows; a part of the contract in
 * connector.ts, from which it is imported. The core shares one over all processes; a connector has one of its own for when
 * that does not answer.
 */

export interface Quota {
  readonly requests: number;
  readonly perMs: number;
}

export interface RequestPace {
  /** Takes the next turn in the bucket of this name, and answers in how many ms it is. */
  take(bucket: string, quota: Quota): Promise<number>;
}

/**
 * The next turn. `at(n)` is when the n-th latest turn was, or will be; 0 when there were not so many.
 *
 * - No window of `perMs` holds more turns than the quota.
 * - The first half of the quota may be used at once, what follows comes at even distances: a burst that takes all would
 *   leave the requests after it, of any process, to wait for most of a window. This costs nothing in the long run.
 */
export function nextTurn(now: number, at: (n: number) => number, { requests, perMs }: Quota): number {
  const free = Math.max(now, at(1), at(requests) + perMs);
  const isHalfUsed = at(Math.ceil(requests / 2)) + perMs > now;
  return isHalfUsed ? Math.max(free, at(1) + perMs / requests) : free;
}

/** The turns of this process. */
export class OwnPace implements RequestPace {
  readonly #turns = new Map<string, readonly number[]>();

  async take(bucket: string, quota: Quota): Promise<number> {
    const turns = this.#turns.get(bucket) ?? [];
    // Not `Date.now()`: where the clock is set back, the turns so far would be ahead by as much.
    const now = performance.timeOrigin + performance.now();
    const turn = nextTurn(now, (n) => turns.at(-n) ?? 0, quota);
    this.#turns.set(bucket, [...turns, turn].slice(-quota.requests));
    return turn - now;
  }
}
