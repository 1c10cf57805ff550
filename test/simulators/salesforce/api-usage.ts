import { ApiError } from './api-error.ts';
import type { Settings } from './settings.ts';

/**
 * The org's API requests of the day and of the moment.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export class ApiUsage {
  /** What other integrations of the org have used. */
  usedByOthers = 0;
  /** The most requests that were ever under way at once. */
  mostConcurrent = 0;
  readonly #settings: Settings;
  #underWay = 0;
  #own = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get used(): number {
    return this.#own + this.usedByOthers;
  }

  /** Counts a request, or throws when there may be no more; the answer ends it. */
  begin(): () => void {
    if (this.used >= this.#settings.dailyLimit) throw limitExceeded('TotalRequests Limit exceeded.');
    if (this.#underWay >= this.#settings.concurrentLimit) {
      throw limitExceeded('ConcurrentRequests (Concurrent API Requests) Limit exceeded.');
    }
    this.#own++;
    this.#underWay++;
    this.mostConcurrent = Math.max(this.mostConcurrent, this.#underWay);
    return () => {
      this.#underWay--;
    };
  }

  /** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm */
  get header(): Record<string, string> {
    return { 'Sforce-Limit-Info': `api-usage=${this.used}/${this.#settings.dailyLimit}` };
  }
}

function limitExceeded(message: string): ApiError {
  return new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', message);
}
