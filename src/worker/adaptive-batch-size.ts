/**
 * How many calls the next batch may hold. A poison message (a call that makes the CRM answer 5xx or time out) looks
 * like an outage: the whole batch fails, and would fail forever. So batches shrink while the CRM fails until the
 * poison message is alone, and grow again while the CRM works.
 *
 * State: the limit, from 1 to the full size; how many batches have succeeded; the suspects, which are jobs that
 * failed in a batch of their own, each with the number of successes at that time.
 *
 * Transitions:
 * - a batch succeeds: the limit doubles; its jobs are no longer suspects.
 * - a batch of several jobs fails: the limit becomes half of its size.
 * - a batch of one job fails: the limit becomes 1, the job becomes a suspect. If it was one already and other batches
 *   have succeeded since, it is a poison message.
 *
 * A suspect's next batches are of it alone, so that it makes no other call wait or fail.
 *
 * Invariant: while no batch succeeds, no job is a poison message: an outage is never charged to a job.
 */

/** Beyond this many suspects all are cleared; that costs a poison message one more round. */
const MAX_SUSPECTS = 1_000;

/** `outage`: the CRM as a whole may be down. `suspect`: perhaps this job. `poison`: this job, others succeed. */
export type BatchFailureCause = 'outage' | 'suspect' | 'poison';

export class AdaptiveBatchSize {
  readonly #fullSize: number;
  #limit: number;
  #successes = 0;
  /** Job → how many batches had succeeded when it last failed alone. */
  readonly #suspects = new Map<string, number>();

  constructor(fullSize: number) {
    this.#fullSize = fullSize;
    this.#limit = fullSize;
  }

  /** Most jobs the next batch may hold. */
  get limit(): number {
    return this.#limit;
  }

  isSuspect(job: string): boolean {
    return this.#suspects.has(job);
  }

  succeeded(jobs: readonly string[]): void {
    this.#successes += 1;
    this.#limit = Math.min(this.#limit * 2, this.#fullSize);
    for (const job of jobs) this.#suspects.delete(job);
  }

  failed(jobs: readonly string[]): BatchFailureCause {
    this.#limit = Math.max(1, Math.floor(jobs.length / 2));
    const [job, ...others] = jobs;
    if (job === undefined || others.length > 0) return 'outage';
    const successesBefore = this.#suspects.get(job);
    if (this.#suspects.size >= MAX_SUSPECTS) this.#suspects.clear();
    this.#suspects.set(job, this.#successes);
    return successesBefore !== undefined && this.#successes > successesBefore ? 'poison' : 'suspect';
  }
}
