/**
 * Limits how fast passwords can be guessed, per address: a right guess is not recognised sooner than a wrong one. The
 * first `BURST` wrong passwords are answered at once; then one attempt per `PAUSE_MS` is looked at, a few wait for their
 * turn, and further ones are turned away unseen. So the right password works within a second or two once the guessing
 * stops; a browser that has signed in already is not limited at all.
 *
 * States of an address: unknown → counted, with the first wrong password → unknown, `BURST` pauses after the last one.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const BURST = 10;
const PAUSE_MS = 500;
const MAX_WAITING = 4;
/** Beyond it the oldest address is no longer counted: memory stays bounded. */
const MAX_ADDRESSES = 10_000;

interface Attempts {
  /** When the wrong passwords so far are worked off, one per pause, ms since the epoch. */
  paidUntil: number;
  waiting: number;
}

export class SignInLimit {
  readonly #addresses = new Map<string, Attempts>();

  /** Resolves when an attempt may be looked at; false when too many wait already. */
  async admit(address: string): Promise<boolean> {
    const attempts = this.#addresses.get(address);
    if (!attempts) return true;
    const delay = attempts.paidUntil - Date.now() - BURST * PAUSE_MS + attempts.waiting * PAUSE_MS;
    if (delay <= 0) return true;
    if (attempts.waiting >= MAX_WAITING) return false;
    attempts.waiting += 1;
    await sleep(delay);
    attempts.waiting -= 1;
    return true;
  }

  wrong(address: string): void {
    const attempts = this.#addresses.get(address) ?? { paidUntil: 0, waiting: 0 };
    attempts.paidUntil = Math.max(attempts.paidUntil, Date.now()) + PAUSE_MS;
    this.#addresses.delete(address);
    this.#addresses.set(address, attempts);
    if (this.#addresses.size > MAX_ADDRESSES) this.#addresses.delete(this.#addresses.keys().next().value!);
  }
}
