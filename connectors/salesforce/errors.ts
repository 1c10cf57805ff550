/** Salesforce's failures in our terms: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
import { CrmError } from '../connector.ts';

/** A day's requests are used up until they are a day old; a look now and then shows when. */
const QUOTA_PAUSE_MS = 5 * 60_000;
const BUSY_PAUSE_MS = 15_000;

/** A status without a word of Salesforce's is a proxy's or a page's, unless it is about the request's size. */
const TRANSIENT =
  /^(ERROR_HTTP_(?!400$|413$|414$|431$)\d+|SERVER_UNAVAILABLE|REQUEST_RUNNING_TOO_LONG|QUERY_TIMEOUT|UNKNOWN_EXCEPTION)$/;

/** The CrmError of an answer about Salesforce as a whole; undefined when it is about the request's content. */
export function failureOf(code: string, message: string, what: string): CrmError | undefined {
  const told = `Salesforce answered ${code} to ${what}`;
  if (code === 'REQUEST_LIMIT_EXCEEDED') {
    // Too many at once is over in seconds; the daily limit is the org's, shared with all its integrations.
    const atOnce = /Concurrent/i.test(message);
    const retryAfterMs = atOnce ? BUSY_PAUSE_MS : QUOTA_PAUSE_MS;
    return new CrmError(
      'rate_limited',
      `${told}: the ${atOnce ? 'concurrent' : 'daily'} API limit of the org is reached`,
      {
        retryAfterMs,
      },
    );
  }
  if (code === 'STORAGE_LIMIT_EXCEEDED') {
    return new CrmError('unauthorized', `${told}: the org’s storage is full: free some, or buy more`);
  }
  if (code === 'INVALID_SESSION_ID') return unauthorized(told);
  if (
    /^(API_DISABLED_FOR_ORG|API_CURRENTLY_DISABLED|FUNCTIONALITY_NOT_ENABLED|INSUFFICIENT_ACCESS)$/.test(code)
  ) {
    return new CrmError(
      'unauthorized',
      `${told}: give the integration user the permission set Altur CRM Sync and API access`,
    );
  }
  return TRANSIENT.test(code)
    ? new CrmError('unavailable', `${told}: it is not working properly`)
    : undefined;
}

/** The Metadata API answers in SOAP, whose codes have a prefix. */
export function provisionFailure(cause: unknown): CrmError {
  if (cause instanceof CrmError) return cause;
  const what = 'the Metadata API';
  const { errorCode, message } = cause as { errorCode?: string; message: string };
  if (errorCode === undefined) return networkFailure(what, cause);
  const code = errorCode.replace(/^\w+:/, '');
  if (/^INSUFFICIENT_ACCESS/.test(code)) {
    const fix =
      'run `altur-crm-sync provision` with an admin as the app’s user, or deploy connectors/salesforce/sfdx';
    return new CrmError('unauthorized', `Salesforce: this user may not create fields (${code}): ${fix}`, {
      cause,
    });
  }
  return (
    failureOf(code, message, what) ??
    new CrmError('rejected', `Salesforce answered ${code} to ${what}: ${message.slice(0, 200)}`, { cause })
  );
}

export function unauthorized(told: string, cause?: unknown): CrmError {
  const fix =
    'see SALESFORCE_LOGIN_URL, the External Client App’s credentials, its client credentials flow and its run-as user';
  return new CrmError('unauthorized', `${told}: the sign-in is refused: ${fix}`, { cause });
}

/** No answer: whether Salesforce did what it was asked is unknown. */
export function networkFailure(what: string, cause: unknown): CrmError {
  const { code, message, cause: inner } = cause as Error & { code?: string; cause?: { code?: string } };
  return new CrmError(
    'unavailable',
    `${what}: Salesforce could not be reached (${inner?.code ?? code ?? message})`,
    { cause },
  );
}
