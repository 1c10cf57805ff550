/**
 * Renews a lease until it is released, and says when it is lost.
 *
 * States: held → lost, or held → stopped. Lost: Redis says that another one has it; or it was not renewed for so long
 * that it could lapse before the next renewal (Redis does not answer, or this process hung).
 *
 * Invariant: `lost` is aborted before another holder can get the lease, so the holder stops in time.
 */
export interface LeaseTiming {
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}

export interface RenewalParts {
  readonly timing: LeaseTiming;
  /** When Redis was asked for the lease, ms since the epoch. */
  readonly askedAt: number;
  /** False when the lease, or a part of it, is another's. */
  renew(): Promise<boolean>;
}

export class LeaseRenewal {
  readonly #parts: RenewalParts;
  readonly #loss = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** When the lease may lapse in Redis, at the earliest. */
  #expiresAt: number;

  constructor(parts: RenewalParts) {
    const { askedAt, timing } = parts;
    this.#parts = parts;
    this.#expiresAt = askedAt + timing.leaseMs;
    this.#timer = setInterval(() => this.#renewOrLose(), timing.renewEveryMs).unref();
  }

  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  lose(): void {
    this.stop();
    this.#loss.abort();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #renewOrLose(): void {
    if (Date.now() + this.#parts.timing.renewEveryMs > this.#expiresAt) this.lose();
    // A renewal that fails is tried again the next time.
    else this.#renew().catch(() => {});
  }

  async #renew(): Promise<void> {
    const { timing, renew } = this.#parts;
    const askedAt = Date.now();
    if (await renew()) this.#expiresAt = askedAt + timing.leaseMs;
    else this.lose();
  }
}
