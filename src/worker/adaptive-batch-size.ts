/**
 * How many calls the next batch may hold, and whether a batch that failed holds a poison message: a call that makes the
 * CRM answer 5xx, or not at all. Both an outage and a poison message fail the whole batch; what becomes of other batches
 * tells them apart.
 *
 * State: the limit, from 1 to the full size; how many batches have succeeded, and failed since; for each job that failed,
 * how many had succeeded when it first did, and whether it failed in a batch of its own.
 *
 * Transitions:
 * - a batch succeeds: the limit doubles; its jobs are forgotten.
 * - a batch fails whose jobs have not failed before: it says nothing of them, nor of its size.
 * - it fails again, and no other has succeeded since: the limit becomes half of its size. In an outage that costs
 *   nothing, and if each batch holds a poison message, some get through in the end.
 * - it fails again though others have succeeded since: it holds a poison message.
 * - too many batches fail in a row: the CRM is down. All that has been held against a job is dropped.
 *
 * Invariants:
 * - A job that shared the failure of an outage is no poison message before another batch has succeeded since.
 * - A known poison message says nothing of the CRM: its failures change nothing.
 */

/** A batch of the largest size, 200, is bisected down to one call in eight steps. */
const MAX_FAILURES_IN_A_ROW = 8;
/** Beyond it the oldest are forgotten; that costs a poison message one more round. */
const MAX_FAILED_JOBS = 10_000;

/** `outage`: the CRM as a whole may be down. `poison`: the batch holds a poison message, or is one. */
export type BatchFailureCause = 'outage' | 'poison';

interface FailedJob {
  /** How many batches had succeeded when it first failed. */
  readonly successesBefore: number;
  readonly isAlone: boolean;
}

export class AdaptiveBatchSize {
  readonly #fullSize: number;
  #limit: number;
  #successes = 0;
  #failuresInARow = 0;
  readonly #failed = new Map<string, FailedJob>();

  constructor(fullSize: number) {
    this.#fullSize = fullSize;
    this.#limit = fullSize;
  }

  /** Most jobs the next batch may hold. */
  get limit(): number {
    return this.#limit;
  }

  /** Its last failure was of it alone. */
  isSuspect(job: string): boolean {
    return this.#failed.get(job)?.isAlone ?? false;
  }

  succeeded(jobs: readonly string[]): void {
    this.#successes += 1;
    this.#failuresInARow = 0;
    this.#limit = Math.min(this.#limit * 2, this.#fullSize);
    for (const job of jobs) this.#failed.delete(job);
  }

  /** `isKnownPoison`: the batch is of one job, which was a poison message before, here or in another worker. */
  failed(jobs: readonly string[], isKnownPoison = false): BatchFailureCause {
    if (isKnownPoison && this.#failuresInARow < MAX_FAILURES_IN_A_ROW) return 'poison';
    this.#failuresInARow += 1;
    const before = jobs.flatMap((job) => this.#failed.get(job)?.successesBefore ?? []);
    const first = Math.min(...before);
    if (first < this.#successes && this.#failuresInARow <= MAX_FAILURES_IN_A_ROW) {
      this.#note(jobs, first);
      return 'poison';
    }
    if (before.length > 0) this.#limit = Math.max(1, Math.floor(jobs.length / 2));
    this.#note(jobs, this.#successes);
    return 'outage';
  }

  #note(jobs: readonly string[], successesBefore: number): void {
    const isAlone = jobs.length === 1;
    for (const job of jobs) this.#failed.set(job, { successesBefore, isAlone });
    for (const job of this.#failed.keys()) {
      if (this.#failed.size <= MAX_FAILED_JOBS) return;
      this.#failed.delete(job);
    }
  }
}
