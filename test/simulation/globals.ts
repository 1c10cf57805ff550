/**
 * Replaces the timers, the time and the random numbers of this process by simulated ones, once and for good: it runs
 * simulations and nothing else. `crypto.randomUUID` stays: its ids are compared with each other only.
 */

import type { Random } from '../random.ts';
import type { ClockEvent, SimulatedClock } from './clock.ts';

let clock: SimulatedClock;
let random: Random;

/** The simulation that runs from now on. */
export function useSimulated(simulatedClock: SimulatedClock, simulatedRandom: Random): void {
  clock = simulatedClock;
  random = simulatedRandom;
}

class Timer {
  event: ClockEvent;
  readonly #run: () => void;
  readonly #ms: number;
  readonly #repeats: boolean;

  constructor(run: () => void, ms: number, repeats: boolean) {
    this.#run = run;
    this.#ms = ms;
    this.#repeats = repeats;
    this.event = this.#start();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  refresh(): this {
    this.event.run = undefined;
    this.event = this.#start();
    return this;
  }

  #start(): ClockEvent {
    return clock.schedule(this.#ms, () => {
      if (this.#repeats) this.event = this.#start();
      this.#run();
    });
  }
}

const start =
  (repeats: boolean, fixedMs?: number) =>
  (callback: (...args: unknown[]) => void, ms?: unknown, ...args: unknown[]) =>
    fixedMs === undefined
      ? new Timer(() => callback(...args), Math.max(1, Number(ms) || 0), repeats)
      : new Timer(() => callback(ms, ...args), fixedMs, repeats);

const stop = (timer: unknown) => {
  if (timer instanceof Timer) timer.event.run = undefined;
};

export function replaceGlobals(): void {
  Object.assign(globalThis, {
    setTimeout: start(false),
    setInterval: start(true),
    setImmediate: start(false, 0),
    clearTimeout: stop,
    clearInterval: stop,
    clearImmediate: stop,
  });
  Date.now = () => clock.now;
  performance.now = () => clock.now;
  Math.random = () => random.next();
}
