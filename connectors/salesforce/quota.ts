/**
 * The org's daily API requests, which it shares with all its integrations: the last of them are left to the others.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
 */
import { CrmError, type Usage } from '../connector.ts';

const MOST_USED = 0.98;
/** A look now and then shows whether the day has moved on; each costs a request. */
const FIRST_LOOK_MS = 30_000;
const LAST_LOOK_MS = 5 * 60_000;

export function watchQuota() {
  let usage: Usage | undefined;
  let looks = 0;
  let nextLook = 0;

  const lookLater = () => {
    nextLook = Date.now() + Math.min(FIRST_LOOK_MS * 2 ** looks, LAST_LOOK_MS);
    looks += 1;
  };
  const wait = () => {
    const share = usage ? `${Math.floor((usage.used / usage.limit) * 100)} %` : 'all';
    return new CrmError(
      'rate_limited',
      `${share} of the org’s daily API requests are used: waiting for the day to move on`,
      { retryAfterMs: nextLook - Date.now() },
    );
  };

  return {
    usage: () => usage,
    /** Notes what an answer told. */
    told(answered: Usage | undefined): void {
      usage = answered ?? usage;
      if (!usage) return;
      if (usage.used <= usage.limit * MOST_USED) looks = 0;
      else if (looks === 0) lookLater();
    },
    /** A request went through; where no usage is told, that alone shows that the day has moved on. */
    passed(): void {
      if (!usage) looks = 0;
    },
    /** Throws CrmError while nothing is to be sent. */
    check(): void {
      if (looks === 0) return;
      if (Date.now() < nextLook) throw wait();
      lookLater();
    },
    /** The limit is reached. */
    exhausted(): CrmError {
      if (Date.now() >= nextLook) lookLater();
      return wait();
    },
  };
}
