/**
 * Notices a worker that only a restart can help: its job loop has ended, or nothing moves in it although Redis answers.
 * A Redis or a CRM that is down must never count: a restart would cure neither, and drop the batches in flight.
 *
 * State: for how long Redis has answered since anything moved. Something moves when the job loop asks for a job (idle or
 * paused, it does so every few seconds), when a request to the CRM ends (each has a deadline), and when a batch is
 * decided.
 *
 * Invariants:
 * - Time in which Redis does not answer does not count, nor time in which this process was suspended.
 * - Stuck is not for ever: whatever moves ends it.
 */

/** The longest deadline of a request to the CRM is a minute, the longest wait between two of them half a minute. */
export const STUCK_AFTER_MS = 5 * 60_000;
/** Between two answers of Redis that come on a timer, no more than this counts. */
const LONGEST_GAP_MS = 10_000;

export class WorkerLiveness {
  readonly #stuckAfterMs: number;
  #answeredAt: number | undefined;
  #unmovedMs = 0;
  #hasEnded = () => false;

  constructor(stuckAfterMs = STUCK_AFTER_MS) {
    this.#stuckAfterMs = stuckAfterMs;
  }

  /** `hasEnded`: the job loop takes no more jobs, although nobody has closed it. */
  watch(hasEnded: () => boolean): void {
    this.#hasEnded = hasEnded;
  }

  moved(): void {
    this.#unmovedMs = 0;
    this.#answeredAt = undefined;
  }

  /** To be called every few seconds, with each answer of Redis. */
  redisAnswered(now = Date.now()): void {
    if (this.#answeredAt !== undefined) {
      this.#unmovedMs += Math.min(Math.max(now - this.#answeredAt, 0), LONGEST_GAP_MS);
    }
    this.#answeredAt = now;
  }

  /** Why this worker is to be restarted; undefined while it is not. */
  get stuckReason(): string | undefined {
    if (this.#hasEnded()) return 'the job loop has ended';
    if (this.#unmovedMs < this.#stuckAfterMs) return undefined;
    const seconds = Math.round(this.#unmovedMs / 1_000);
    return `nothing has moved for ${seconds} s although Redis answers`;
  }
}
