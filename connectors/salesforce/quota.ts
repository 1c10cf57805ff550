/**
 * The org's daily API requests, which it shares with all its integrations: the last of them are left to the others.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
 *
 * States: open (requests are sent) → waiting (above MAX_SHARE, or the limit was reached): nothing is sent but one try
 * now and then, at growing distances → open again, once a response reports less usage.
 */
import { CrmError, type Usage } from '../connector.ts';

const MAX_SHARE = 0.98;
/** Each try costs a request. */
const FIRST_TRY_MS = 30_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Recorded counts go down as well as up, by up to fourteen requests. */
const NOISE = 20;
const NOISE_MS = 2 * 60_000;

export class DailyQuota {
  #usage: Usage | undefined;
  #reportedAt = 0;
  /** Tries since the quota was found to be used up; 0 while open. */
  #tries = 0;
  #nextTry = 0;

  /** As Salesforce last reported. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Notes what a response reported. */
  reported(usage: Usage | undefined): void {
    if (usage && !this.#isNoise(usage)) [this.#usage, this.#reportedAt] = [usage, Date.now()];
    if (!this.#usage) return;
    if (this.#usage.used <= this.#usage.limit * MAX_SHARE) this.#tries = 0;
    else if (this.#tries === 0) this.#tryLater();
  }

  /** A request went through; where no usage is reported, that alone shows that there is quota again. */
  succeeded(): void {
    if (!this.#usage) this.#tries = 0;
  }

  /** Throws CrmError while nothing is to be sent. */
  check(): void {
    if (this.#tries === 0) return;
    if (Date.now() < this.#nextTry) throw this.#error();
    this.#tryLater();
  }

  /** The limit is reached. */
  exhausted(): CrmError {
    if (Date.now() >= this.#nextTry) this.#tryLater();
    return this.#error();
  }

  /** A little less than shortly before is another server's count, not quota that came back. */
  #isNoise({ used, limit }: Usage): boolean {
    const last = this.#usage;
    if (!last || last.limit !== limit || Date.now() > this.#reportedAt + NOISE_MS) return false;
    return used < last.used && used >= last.used - NOISE;
  }

  #tryLater(): void {
    this.#nextTry = Date.now() + Math.min(FIRST_TRY_MS * 2 ** this.#tries, LONGEST_WAIT_MS);
    this.#tries += 1;
  }

  #error(): CrmError {
    const { used, limit } = this.#usage ?? { used: 1, limit: 1 };
    const share = `the org reports ${Math.floor((used / limit) * 100)} % as used`;
    const message = `the daily API limit of the org is nearly or wholly reached (${share}): waiting for the day to move on`;
    return new CrmError('rate_limited', message, {
      retryAfterMs: this.#nextTry - Date.now(),
      code: 'QUOTA_EXHAUSTED',
    });
  }
}

/** "api-usage=10018/100000" */
export function usageIn(headers: Headers): Usage | undefined {
  const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(headers.get('sforce-limit-info') ?? '') ?? [];
  return used === undefined ? undefined : { used: Number(used), limit: Number(limit) };
}
