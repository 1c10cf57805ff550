/**
 * The CRM's health, as the results of recent batches show it. Shared by all batches of a connector.
 *
 * Group sizes: full → reduced (a group of that size was rejected and a smaller one passed: automation in the CRM that
 * is not bulk-safe) → doubled every GROW_AFTER_MS until full again.
 *
 * Rejections of an object, by the CRM's code: none → a streak of persons rejected → systemic from SYSTEMIC_PERSONS
 * with one code on. Any row of that object that is written ends the streak: then it was the rows, not the CRM.
 */
import type { CrmObject } from '../../connector.ts';

const GROW_AFTER_MS = 10 * 60_000;
/** Fewer may be a coincidence. */
const SYSTEMIC_PERSONS = 3;

/** The persons by the code with which they were rejected. */
type Streak = Map<string, Set<string>>;

export class CrmHealth {
  readonly #sizes = new Map<string, { readonly size: number; readonly since: number }>();
  readonly #streaks = new Map<CrmObject, Streak>();

  /** How many rows a group of this kind may hold. */
  groupSize(group: string, full: number): number {
    const reduced = this.#sizes.get(group);
    if (!reduced) return full;
    const doublings = Math.floor((Date.now() - reduced.since) / GROW_AFTER_MS);
    const size = reduced.size * 2 ** doublings;
    if (size < full) return size;
    this.#sizes.delete(group);
    return full;
  }

  reduceGroupSize(group: string, size: number): void {
    this.#sizes.set(group, { size, since: Date.now() });
  }

  /** A row of this object was written. */
  written(object: CrmObject): void {
    this.#streaks.delete(object);
  }

  /** A row of this object was rejected for no reason that can be found in the row. */
  rejected(object: CrmObject, code: string, person: string): void {
    const streak: Streak = this.#streaks.get(object) ?? new Map();
    this.#streaks.set(object, streak.set(code, (streak.get(code) ?? new Set()).add(person)));
  }

  /** The code with which the CRM rejects everybody at the moment. */
  systemicCode(object: CrmObject): string | undefined {
    const streak = [...(this.#streaks.get(object) ?? [])];
    return streak.find(([, persons]) => persons.size >= SYSTEMIC_PERSONS)?.[0];
  }
}
