/** HubSpot's failures as a whole: https://developers.hubspot.com/docs/api-reference/error-handling */
import { CrmError } from '../connector.ts';
import { retryAfterMs } from '../engine/http/failures.ts';
import { maskedText } from '../engine/vendor-text.ts';
import type { HubSpotError } from './rejections.ts';

export interface FailedResponse {
  /** The request, such as `POST /crm/…`. */
  readonly what: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text parsed; undefined when it is not JSON. */
  readonly body: unknown;
  /** The zone in which HubSpot's day of quota ends: the portal's, assumed to be the deployment's. */
  readonly timeZone: string;
}

/** The CrmError of a response about the CRM as a whole; undefined for one about the request's content. */
export function failureOf(response: FailedResponse): CrmError | undefined {
  const { status, headers } = response;
  const answered = describe(response);
  if (status === 429) {
    const wait = { retryAfterMs: quotaWait(response), code: 'QUOTA_EXHAUSTED' };
    const what = isDaily(response) ? 'the daily quota is used up' : 'too many requests in a short time';
    return new CrmError('rate_limited', `${answered}: ${what}`, wait);
  }
  if (isForeign(response)) return notFromHubSpot(answered);
  if (status === 401) {
    const fix = 'create a new service key (Development → Keys → Service keys) and set HUBSPOT_ACCESS_TOKEN';
    return unauthorized(`${answered}: the access token is not valid: ${fix}`, 'TOKEN_INVALID');
  }
  if (status === 403) return forbidden(answered, response.body);
  // 423: locked for two seconds at least. 477: the account is being moved; Retry-After says for how long.
  if (status === 423 || status === 477) {
    const wait = { retryAfterMs: Math.max(retryAfterMs(headers) ?? 0, 2_000), code: 'CRM_LOCKED' };
    return new CrmError('unavailable', `${answered}: locked at the moment`, wait);
  }
  if (status === 408 || status >= 500 || status < 200) {
    const wait = retryAfterMs(headers);
    return new CrmError('unavailable', `${answered}: HubSpot is not working properly`, {
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  return undefined;
}

/**
 * A page of whatever stands between us and the API, which is always JSON and redirects nowhere. Pages about the path
 * and the size mean what they say, and those of HubSpot's own gateways (5xx) are HubSpot's.
 */
function isForeign({ status, text, body }: FailedResponse): boolean {
  if ((status >= 300 && status < 400) || status === 407) return true;
  if (status >= 500 || [404, 410, 413].includes(status)) return false;
  if (status === 403) return !saysSomething(body);
  return text !== '' && (typeof body !== 'object' || body === null);
}

/** HubSpot's 403 has a message, and at times nothing else. */
function saysSomething(body: unknown): boolean {
  const { message, category, errorType } = (body ?? {}) as HubSpotError;
  return [message, category, errorType].some((each) => typeof each === 'string' && each !== '');
}

function notFromHubSpot(answered: string): CrmError {
  const message = `${answered}: the response is not HubSpot’s: see which proxy or firewall stands between, or blocks this server’s address`;
  return new CrmError('unavailable', message, { code: 'RESPONSE_NOT_FROM_CRM' });
}

/** Scopes are named only where HubSpot names them: other causes are not fixed by a scope. */
function forbidden(answered: string, body: unknown): CrmError {
  const { category, message = '' } = (body ?? {}) as HubSpotError;
  const scopes = missingScopes(body);
  if (scopes.length > 0)
    return unauthorized(
      `${answered}: the token lacks a scope: give the key ${scopes.join(', ')}`,
      'SCOPE_MISSING',
    );
  if (category === 'MISSING_SCOPES') {
    const fix = 'give the key the scopes that the README lists';
    return unauthorized(
      `${answered}: the token lacks a scope, HubSpot does not say which: ${fix}`,
      'SCOPE_MISSING',
    );
  }
  const reason = message === '' ? (category ?? 'no reason given') : maskedText(message);
  return unauthorized(`${answered}: HubSpot denies it: ${reason}`, 'ACCESS_DENIED');
}

/** A version of the API that HubSpot no longer serves. */
export function unknownPath(path: string): CrmError {
  return unauthorized(`HubSpot no longer knows POST ${path}: update this software`, 'API_VERSION_UNKNOWN');
}

function unauthorized(message: string, code: string): CrmError {
  return new CrmError('unauthorized', message, { code });
}

function describe({ what, status, body }: FailedResponse): string {
  const { correlationId } = (body ?? {}) as { correlationId?: string };
  return `HubSpot answered ${status} to ${what}${correlationId ? ` (correlation id ${correlationId})` : ''}`;
}

function missingScopes(body: unknown): readonly string[] {
  const { errors, context } = (body ?? {}) as HubSpotError;
  return [context, ...(errors ?? []).map((each) => each.context)].flatMap(
    (each) => each?.requiredGranularScopes ?? each?.requiredScopes ?? each?.missingScopes ?? [],
  );
}

/** A day's end may be hours away; a try in between shows whether the limit was raised. */
const LONGEST_WAIT_MS = 3_600_000;

/** HubSpot documents no Retry-After on 429; the policy's name says how long. */
function isDaily({ body }: FailedResponse): boolean {
  const { policyName = '', message = '' } = (body ?? {}) as { policyName?: string; message?: string };
  return /^DAILY/i.test(policyName) || /daily limit/i.test(message);
}

function quotaWait(response: FailedResponse): number {
  const { headers, body, timeZone } = response;
  const stated = retryAfterMs(headers);
  if (stated !== undefined) return stated;
  const { policyName = '', message = '' } = (body ?? {}) as { policyName?: string; message?: string };
  if (isDaily(response)) return untilMidnight(timeZone);
  if (/^SECONDLY/i.test(policyName) || /secondly limit/i.test(message)) {
    if (!/TEN_?SECONDLY/i.test(policyName)) return 1_000;
  }
  return Number(headers.get('x-hubspot-ratelimit-interval-milliseconds')) || 10_000;
}

function untilMidnight(timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(new Date());
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  const left = 86_400_000 - ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  return Math.min(left, LONGEST_WAIT_MS);
}
