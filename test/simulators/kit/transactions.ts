/**
 * Rolls back the table writes of failed work. While a transaction runs, the undo step of every write is recorded. A
 * transaction inside another one hands its steps to the outer one when it succeeds, so that the outer one can still
 * roll them back. Writes outside a transaction are final.
 */
import type { Undo } from './table.ts';

export class Transactions {
  #steps: Undo[] | undefined;

  record(undo: Undo): void {
    this.#steps?.push(undo);
  }

  /** Rolls back when the work throws or its result counts as failed. */
  run<T>(work: () => T, isFailed: (result: T) => boolean): T {
    const outer = this.#steps;
    const steps: Undo[] = [];
    this.#steps = steps;
    let isCommitted = false;
    try {
      const result = work();
      isCommitted = !isFailed(result);
      return result;
    } finally {
      this.#steps = outer;
      if (isCommitted) outer?.push(...steps);
      else for (const undo of steps.toReversed()) undo();
    }
  }
}
