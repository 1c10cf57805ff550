import { ApiError } from './api-error.ts';
import type { Settings } from './settings.ts';

/**
 * The org's API requests of the day, and those in progress.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export class ApiUsage {
  /** Requests by other integrations of the org. */
  usedByOthers = 0;
  /** The highest number of requests in progress at once. */
  mostConcurrent = 0;
  readonly #settings: Settings;
  #inProgress = 0;
  #counted = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get used(): number {
    return this.#counted + this.usedByOthers;
  }

  /** Counts a request, or throws when a limit is reached. Call the result when the request ends. */
  begin(): () => void {
    if (this.used >= this.#settings.dailyLimit) throw limitExceeded('TotalRequests Limit exceeded.');
    if (this.#inProgress >= this.#settings.concurrentLimit) {
      throw limitExceeded('ConcurrentRequests (Concurrent API Requests) Limit exceeded.');
    }
    this.#counted++;
    this.#inProgress++;
    this.mostConcurrent = Math.max(this.mostConcurrent, this.#inProgress);
    return () => {
      this.#inProgress--;
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
