/** Salesforce's failures as a whole: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
import { CrmError } from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import { networkFailure } from '../engine/http/failures.ts';
import { codeOf, type SalesforceError } from './rejections.ts';

/** A day's requests are used up until they are a day old; a try now and then shows when. */
const QUOTA_WAIT_MS = 5 * 60_000;
export const BUSY_WAIT_MS = 15_000;

const UNAVAILABLE = /^(SERVER_UNAVAILABLE|REQUEST_RUNNING_TOO_LONG|QUERY_TIMEOUT|UNKNOWN_EXCEPTION)$/;
/** The org can be read only: https://help.salesforce.com/s/articleView?id=000230808 */
const MAINTENANCE = /_DURING_MAINTENANCE$/;
const NO_ACCESS =
  /^(API_DISABLED_FOR_ORG|API_CURRENTLY_DISABLED|FUNCTIONALITY_NOT_ENABLED|INSUFFICIENT_ACCESS)$/;

/** The CrmError of a response about Salesforce as a whole; undefined when it is about the request's content. */
export function failureOf(code: string, message: string, what: string): CrmError | undefined {
  const answered = `Salesforce answered ${code} to ${what}`;
  if (code === 'REQUEST_LIMIT_EXCEEDED') return limitExceeded(answered, isConcurrencyLimit(message));
  if (code === 'STORAGE_LIMIT_EXCEEDED') {
    const fix = 'the org’s storage is full: free some, or buy more';
    return new CrmError('unauthorized', `${answered}: ${fix}`, { code: 'STORAGE_FULL' });
  }
  if (code === 'INVALID_SESSION_ID') return signInRejected(answered);
  if (NO_ACCESS.test(code)) {
    const fix = 'give the integration user the permission set Altur CRM Sync and API access';
    return new CrmError('unauthorized', `${answered}: ${fix}`, { code: 'PERMISSION_MISSING' });
  }
  if (MAINTENANCE.test(code)) return inMaintenance(answered);
  if (UNAVAILABLE.test(code))
    return new CrmError('unavailable', `${answered}: Salesforce is not working properly`);
  return undefined;
}

function inMaintenance(answered: string): CrmError {
  const message = `${answered}: the org is in maintenance and can only be read: the queue waits until it is over; see https://status.salesforce.com`;
  return new CrmError('unavailable', message, { code: 'CRM_MAINTENANCE' });
}

/** Of a 5xx, whatever code stands beside it. */
export function serverFailure(status: number, error: SalesforceError | undefined, what: string): CrmError {
  const code = error && codeOf(error);
  const answered = `Salesforce answered HTTP ${status}${code === undefined ? '' : ` (${code})`} to ${what}`;
  if (code !== undefined && MAINTENANCE.test(code)) return inMaintenance(answered);
  return new CrmError('unavailable', `${answered}: Salesforce is not working properly`);
}

/** A page of a proxy's or of maintenance: what became of the request is unknown. */
export function notFromSalesforce(status: number, what: string): CrmError {
  const message = `${what}: the response (HTTP ${status}) is not Salesforce’s: see proxies and firewalls on the way, and https://status.salesforce.com`;
  return new CrmError('unavailable', message, { code: 'RESPONSE_NOT_FROM_CRM' });
}

/** Too many requests at once is over in seconds; the daily limit is the org's, shared with all its integrations. */
export function isConcurrencyLimit(message: string): boolean {
  return /Concurrent/i.test(message);
}

function limitExceeded(answered: string, atOnce: boolean): CrmError {
  const limit = `the ${atOnce ? 'concurrent' : 'daily'} API limit of the org is reached`;
  return new CrmError('rate_limited', `${answered}: ${limit}`, {
    retryAfterMs: atOnce ? BUSY_WAIT_MS : QUOTA_WAIT_MS,
    code: 'QUOTA_EXHAUSTED',
  });
}

/** The Metadata API answers in SOAP, whose codes have a prefix. */
export function provisionFailure(cause: unknown): CrmError {
  if (cause instanceof CrmError) return cause;
  const what = 'the Metadata API';
  const { errorCode, message: given } = cause as { errorCode?: string; message: string };
  if (errorCode === undefined) return networkFailure('Salesforce', what, cause);
  const code = errorCode.replace(/^\w+:/, '');
  if (/^INSUFFICIENT_ACCESS/.test(code)) {
    const fix = `run ${PROVISION} with an admin as the app’s user, or deploy connectors/salesforce/sfdx`;
    const message = `Salesforce: this user may not create fields (${code}): ${fix}`;
    return new CrmError('unauthorized', message, { cause, code: 'PERMISSION_MISSING' });
  }
  const rejected = `Salesforce answered ${code} to ${what}: ${given.slice(0, 200)}`;
  return failureOf(code, given, what) ?? new CrmError('rejected', rejected, { cause });
}

/** `problem`: how the sign-in failed. */
export function signInRejected(problem: string, fix = CHECK_APP, cause?: unknown): CrmError {
  return new CrmError('unauthorized', `${problem}: the sign-in is rejected: ${fix}`, {
    cause,
    code: 'SIGN_IN_REFUSED',
  });
}

const CHECK_APP =
  'see SALESFORCE_LOGIN_URL, the External Client App’s credentials, the flow it allows and its user';
