/** Request quotas. https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines */
import { randomUUID } from 'node:crypto';
import { type HttpResponse, jsonResponse } from '../kit/http-message.ts';
import { RollingWindow } from '../kit/rolling-window.ts';
import { ApiError } from './api-error.ts';
import type { Settings } from './settings.ts';

/** Batch associations and search have separate limits instead of the common ten-second limit. */
export type Bucket = 'app' | 'associations' | 'search';

export class RequestLimits {
  readonly #settings: Settings;
  readonly #windows = {
    app: new RollingWindow(),
    associations: new RollingWindow(),
    search: new RollingWindow(),
  };
  #today = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Counts a request and returns the headers with the remaining quota; throws when it is exhausted. */
  admit(bucket: Bucket): Record<string, string> {
    const { limits } = this.#settings;
    const windowMs = bucket === 'search' ? limits.searchWindowMs : limits.windowMs;
    const window = this.#windows[bucket];
    const headers = () => (bucket === 'search' ? {} : this.#headers(bucket));
    const exceeded = (policyName: string) => new RateLimited(policyName, headers(), this.#settings);
    if (this.#today >= limits.daily) throw exceeded('DAILY');
    if (window.used(windowMs) >= limits[bucket]) {
      throw exceeded(bucket === 'search' ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING');
    }
    window.add();
    this.#today += 1;
    return headers();
  }

  #headers(bucket: Exclude<Bucket, 'search'>): Record<string, string> {
    const { limits } = this.#settings;
    const used = this.#windows[bucket].used(limits.windowMs);
    return {
      'X-HubSpot-RateLimit-Max': String(limits[bucket]),
      'X-HubSpot-RateLimit-Remaining': String(Math.max(limits[bucket] - used, 0)),
      'X-HubSpot-RateLimit-Interval-Milliseconds': String(limits.windowMs),
      'X-HubSpot-RateLimit-Daily': String(limits.daily),
      'X-HubSpot-RateLimit-Daily-Remaining': String(limits.daily - this.#today),
    };
  }
}

export class RateLimited extends ApiError {
  readonly #body: object;
  readonly #headers: Record<string, string>;

  constructor(
    policyName: string,
    headers: Record<string, string>,
    { retryAfterSeconds, rateLimitShape }: Settings,
  ) {
    const message = `You have reached your ${policyName.toLowerCase()} limit.`;
    super({ status: 429, category: 'RATE_LIMITS', message });
    const groupName = 'publicapi:private-apps:simulator';
    this.#body =
      rateLimitShape === 'category'
        ? { status: 'error', message, category: 'RATE_LIMITS' }
        : { status: 'error', message, errorType: 'RATE_LIMIT', policyName, groupName };
    const retryAfter = retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) };
    this.#headers = { ...headers, ...retryAfter };
  }

  override response(): HttpResponse {
    return jsonResponse(429, { ...this.#body, correlationId: randomUUID() }, this.#headers);
  }
}
