/** 12 requests a second on campaign endpoints, in any second: https://docs.altur.io/api-reference/campaigns/retrieve */
import { RollingWindow } from '../kit/rolling-window.ts';
import { ApiError } from './api-error.ts';
import type { RequestKind } from './request-kind.ts';
import type { Settings } from './settings.ts';

const WINDOW_MS = 1_000;

export class RateLimit {
  readonly #settings: Settings;
  readonly #admitted = new RollingWindow();
  readonly #arrived = new RollingWindow();
  #peak = 0;
  #refused = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The most requests that arrived within one second, of those that the limit concerns; refused ones count. */
  get peak(): number {
    return this.#peak;
  }

  get refused(): number {
    return this.#refused;
  }

  /** Throws when there were too many. A refused request does not count against the next ones. */
  admit(kind: RequestKind): void {
    const { perSecond, scope, retryAfterSeconds } = this.#settings.rateLimit;
    if (scope === 'campaigns' && kind !== 'campaigns' && kind !== 'calls') return;
    this.#arrived.add();
    this.#peak = Math.max(this.#peak, this.#arrived.used(WINDOW_MS));
    if (this.#admitted.used(WINDOW_MS) >= perSecond) {
      this.#refused += 1;
      const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
      throw new ApiError(429, 'Too many requests', headers);
    }
    this.#admitted.add();
  }

  forget(): void {
    this.#peak = 0;
    this.#refused = 0;
  }
}
