/**
 * Spaces out requests so that no window of time holds more of them than a quota allows; a part of the contract in
 * connector.ts, from which it is imported. The core shares one over all processes; a connector has one of its own for when
 * that does not answer.
 *
 * A CRM counts a request when it arrives. A process that has its turn may be busy, or have to connect first, so:
 * - A turn is given when it is there, never for later.
 * - Its window begins when its request is sent. Until then it counts as if the request were sent at any moment.
 */
import { setTimeout as delay } from 'node:timers/promises';

export interface Quota {
  readonly requests: number;
  readonly perMs: number;
}

export interface Turn {
  /** The request is written to its connection. */
  sent(): void;
}

export interface RequestPace {
  /** A turn in the bucket of this name; or in how many ms to ask again. */
  take(bucket: string, quota: Quota): Promise<Turn | number>;
}

/** So much longer than its window a turn counts whose request was not sent: its process has ended, or gave it up. */
export const HELD_MS = 5_000;
/**
 * The distance of turns, of the one at which a quota is used up in just its window: what a turn is late by is made up for
 * by the next ones.
 */
export const EVENNESS = 0.8;

/**
 * In how many ms the next turn may be given; 0: now. `ends`: when each turn that counts will no longer do so, in order.
 *
 * - No more turns count than the quota allows.
 * - The first half of the quota may be used at once, what follows comes at even distances: a burst that takes all would
 *   leave the requests after it, of any process, to wait for most of a window. This costs nothing in the long run.
 */
export function msToNextTurn(now: number, ends: readonly number[], { requests, perMs }: Quota): number {
  if (ends.length < Math.ceil(requests / 2)) return 0;
  const distance = perMs / requests;
  const sent = ends.at(-1)! - perMs;
  const latest = sent > now ? sent - HELD_MS : sent;
  const even = latest + distance * EVENNESS - now;
  // A turn that is not sent yet may end much sooner than it says.
  const free = ends.length < requests ? 0 : Math.min(ends[0]! - now, distance);
  return Math.max(even, free, 0);
}

/** The turns of this process. */
export class OwnPace implements RequestPace {
  readonly #turns = new Map<string, Set<{ ends: number }>>();

  async take(bucket: string, quota: Quota): Promise<Turn | number> {
    const now = clock();
    const turns = new Set([...(this.#turns.get(bucket) ?? [])].filter(({ ends }) => ends > now));
    this.#turns.set(bucket, turns);
    const ends = [...turns].map((turn) => turn.ends).toSorted((one, other) => one - other);
    const wait = msToNextTurn(now, ends, quota);
    if (wait > 0) return wait;
    const turn = { ends: now + quota.perMs + HELD_MS };
    turns.add(turn);
    return {
      sent() {
        turn.ends = clock() + quota.perMs;
      },
    };
  }
}

/** Not `Date.now()`: where the clock is set back, the turns so far would be ahead by as much. */
function clock(): number {
  return performance.now();
}

/** Waits for a turn; undefined when aborted. Rejects as the pace does. */
export async function nextTurn(
  pace: RequestPace,
  bucket: string,
  quota: Quota,
  signal?: AbortSignal,
): Promise<Turn | undefined> {
  while (!signal?.aborted) {
    const askedAt = clock();
    const turn = await pace.take(bucket, quota);
    if (typeof turn === 'number') await delay(turn, undefined, signal && { signal }).catch(() => {});
    // A process that was stopped in between may no longer hold it.
    else if (clock() - askedAt < HELD_MS / 2) return turn;
  }
  return undefined;
}
