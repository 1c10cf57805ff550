/**
 * A record on which the CRM chokes (5xx, timeout) looks like an outage: the whole batch fails, and would for
 * ever. So batches are halved while the CRM fails and doubled while it works, and a job that fails alone,
 * while others succeed, is to blame itself.
 */

/** Jobs that failed alone are remembered up to this many; forgetting one costs it a further round. */
const MOST_SUSPECTS = 1_000;

export class AdaptiveBatchSize {
  readonly #full: number;
  #limit: number;
  #successes = 0;
  /** Job → how many batches had succeeded when it last failed alone. */
  readonly #suspects = new Map<string, number>();

  constructor(full: number) {
    this.#full = full;
    this.#limit = full;
  }

  /** Most jobs the next batch may hold. */
  get limit(): number {
    return this.#limit;
  }

  succeeded(jobs: readonly string[]): void {
    this.#successes += 1;
    this.#limit = Math.min(this.#limit * 2, this.#full);
    for (const job of jobs) this.#suspects.delete(job);
  }

  /** `outage`: the CRM as a whole may be down. `alone`: maybe this job. `culprit`: this job, others go through. */
  failed(jobs: readonly string[]): 'outage' | 'alone' | 'poison' {
    this.#limit = Math.max(1, Math.floor(jobs.length / 2));
    const [job, ...others] = jobs;
    if (job === undefined || others.length > 0) return 'outage';
    const successesThen = this.#suspects.get(job);
    if (this.#suspects.size >= MOST_SUSPECTS) this.#suspects.clear();
    this.#suspects.set(job, this.#successes);
    return successesThen !== undefined && this.#successes > successesThen ? 'poison' : 'alone';
  }
}
