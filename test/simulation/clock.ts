/**
 * The simulated clock and scheduler: whatever happens in a run is an event on it. An event belongs to an actor (a worker
 * process, say); promises and timers that its code makes go on in events of the same actor, so that a crash, after which
 * none of them runs, leaves nothing of the actor behind.
 *
 * Invariants:
 * - Events run one at a time, in the order of their time, then of their making; all microtasks of one have run before the
 *   next one.
 * - No event of an actor runs after its crash.
 */

/** A process of the simulation. */
export interface Actor {
  readonly name: string;
  isAlive: boolean;
}

export interface ClockEvent {
  readonly at: number;
  readonly number: number;
  readonly actor: Actor | null;
  run: (() => void) | undefined;
}

/** 2027-01-15, ms since the epoch. */
export const BEGIN = 1_800_000_000_000;

/** Node runs all microtasks between two immediates: many immediates a turn cost less than a turn for each. */
const EVENTS_PER_TURN = 64;
const { setImmediate: nextTurn } = globalThis;

export class SimulatedClock {
  now = BEGIN;
  events = 0;
  /** Whose code runs now; null for Redis, the CRM and the run itself. */
  actor: Actor | null = null;
  readonly #heap: ClockEvent[] = [];
  #number = 0;

  schedule(delayMs: number, run: () => void, actor: Actor | null = this.actor): ClockEvent {
    const at = this.now + Math.max(0, Math.ceil(delayMs) || 0);
    this.#number += 1;
    const event = { at, number: this.#number, actor, run };
    this.#push(event);
    return event;
  }

  /** Runs events until `isOver`; resolves with false if there are none left before. */
  run(isOver: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let ended = false;
      const step = () => {
        if (ended) return;
        try {
          if (!isOver() && this.#runNext()) return;
          ended = true;
          resolve(isOver());
        } catch (error) {
          ended = true;
          reject(error);
        }
      };
      const turn = () => {
        if (ended) return;
        for (let index = 0; index < EVENTS_PER_TURN; index += 1) nextTurn(step);
        nextTurn(turn);
      };
      turn();
    });
  }

  #runNext(): boolean {
    for (let event = this.#pop(); event; event = this.#pop()) {
      if (!event.run || event.actor?.isAlive === false) continue;
      this.now = event.at;
      this.actor = event.actor;
      this.events += 1;
      event.run();
      return true;
    }
    return false;
  }

  #push(event: ClockEvent): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): ClockEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (one: ClockEvent, other: ClockEvent) =>
  one.at < other.at || (one.at === other.at && one.number < other.number);
