/**
 * By when the calls of a list seem to be sorted, as far as it was read. An API that does not look at the dates lists the
 * whole life of a campaign: where the order is evident, the rest need not be read.
 */
import type { ListedCall, TimeWindow } from './altur-calls.ts';

const DAY_MS = 86_400_000;
/** Fewer may be in order by chance. */
const EVIDENT = 50;

export class SortOrder {
  #count = 0;
  #falls = true;
  #rises = true;
  #last: number | undefined;
  #page: readonly ListedCall[] = [];

  /** The calls of the next page, as the API gave them. */
  add(calls: readonly ListedCall[]): void {
    this.#page = calls;
    for (const { createdAt } of calls) {
      if (createdAt === undefined) {
        this.#falls = this.#rises = false;
        return;
      }
      if (this.#last !== undefined && createdAt > this.#last) this.#falls = false;
      if (this.#last !== undefined && createdAt < this.#last) this.#rises = false;
      this.#last = createdAt;
      this.#count += 1;
    }
  }

  /** Whether the last page, and so all after it, is outside of the window; by a day, since times may have no zone. */
  isPast({ from, to }: TimeWindow): boolean {
    if (this.#count < EVIDENT || this.#falls === this.#rises) return false;
    return this.#page.every(({ createdAt }) =>
      this.#falls ? createdAt! < from - DAY_MS : createdAt! >= to + DAY_MS,
    );
  }
}
