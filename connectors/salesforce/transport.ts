/**
 * Sends requests, with a timeout and without repeating them: a POST is repeated by the queue alone.
 *
 * A response is classified by evidence, in this order: its HTTP status (a 5xx is Salesforce's, whatever code stands beside
 * it), whether it is Salesforce's at all (a redirect or a page is not), and only then the code in its body.
 */
import type { Connection } from 'jsforce/lib/core.js';
import { CrmError, type RequestObserver, type Usage } from '../connector.ts';
import { throwIfAborted } from '../engine/http/deadline.ts';
import { networkFailure, retryAfterMs } from '../engine/http/failures.ts';
import type { ApiRequest, ApiResponse, Transport } from '../engine/http/transport.ts';
import { exchange, type HttpAnswer, isRedirect } from './http.ts';
import {
  BUSY_WAIT_MS,
  failureOf,
  isConcurrencyLimit,
  notFromSalesforce,
  serverFailure,
  signInRejected,
} from './http-failures.ts';
import { DailyQuota, usageIn } from './quota.ts';
import { codeOf, type SalesforceError } from './rejections.ts';
import type { Session } from './session.ts';

/** For one request: a token may be revoked the moment it is given, but not for ever. */
const MAX_SIGN_INS = 2;
const TIMEOUT_MS = 60_000;

export class SalesforceTransport implements Transport {
  readonly #session: Session;
  readonly #version: string;
  readonly #timeoutMs: number;
  readonly #observe: RequestObserver | undefined;
  readonly #quota = new DailyQuota();

  /** `version`: of the API, such as `64.0`. */
  constructor(session: Session, version: string, timeoutMs = TIMEOUT_MS, observe?: RequestObserver) {
    this.#session = session;
    this.#version = version;
    this.#timeoutMs = timeoutMs;
    this.#observe = observe;
  }

  usage(): Usage | undefined {
    return this.#quota.usage;
  }

  async send(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> {
    this.#quota.check();
    return this.#send(request, signal, MAX_SIGN_INS);
  }

  async #send(request: ApiRequest, signal: AbortSignal | undefined, signIns: number): Promise<ApiResponse> {
    const what = `${request.method} ${request.path.replace(/^\/services\/data\/v[\d.]+/, '')}`;
    throwIfAborted(signal, what);
    const connection = await this.#session.connection();
    const answer = await this.#exchange(connection, request, what, signal);
    if (isRedirect(answer)) return this.#moved(connection, request, what, signal, signIns);
    const errors = errorsIn(answer);
    if (answer.status === 401 || codeOf(errors?.[0] ?? {}) === 'INVALID_SESSION_ID') {
      this.#session.renew(connection);
      // A token expires in its time; one that is rejected when fresh will be rejected again.
      if (signIns > 0) return this.#send(request, signal, signIns - 1);
      throw signInRejected('Salesforce rejected a new token');
    }
    if (answer.status >= 500) {
      if (errors) this.#session.hostAnswered(connection);
      else this.#session.hostFailed(connection);
      throw serverFailure(answer.status, errors?.[0], what);
    }
    try {
      const response = this.#read(answer, errors, what);
      if (response) {
        this.#session.hostAnswered(connection);
        return response;
      }
    } finally {
      this.#quota.reported(usageIn(answer.headers));
    }
    this.#session.hostFailed(connection);
    throw notFromSalesforce(answer.status, what);
  }

  async #exchange(
    connection: Connection,
    { method, path, body, headers: more }: ApiRequest,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const { instanceUrl, accessToken } = connection;
    const headers = {
      ...more,
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
    };
    const request = { method, url: instanceUrl + path, headers, body: JSON.stringify(body) };
    try {
      return await exchange(request, { timeoutMs: this.#timeoutMs, signal, observe: this.#observe });
    } catch (cause) {
      // Aborted by us, it says nothing about the host.
      if (!signal?.aborted) this.#session.hostFailed(connection);
      throw networkFailure('Salesforce', what, cause);
    }
  }

  /** The org has moved to another host (https://github.com/forcedotcom/SalesforceMobileSDK-Shared/pull/310), which the sign-in names. */
  async #moved(
    connection: Connection,
    request: ApiRequest,
    what: string,
    signal: AbortSignal | undefined,
    signIns: number,
  ): Promise<ApiResponse> {
    this.#session.renew(connection);
    const { instanceUrl } = await this.#session.connection();
    // A redirected request did nothing: it is sent again where the org is now.
    if (signIns > 0 && instanceUrl !== connection.instanceUrl)
      return this.#send(request, signal, signIns - 1);
    const message = `${what}: Salesforce’s host redirects elsewhere, and the sign-in names no other: see whether the org is being moved`;
    throw new CrmError('unavailable', message, { code: 'RESPONSE_NOT_FROM_CRM' });
  }

  /** The response to a request, also one whose content is rejected; undefined when it is not Salesforce's. */
  #read(answer: HttpAnswer, errors: SalesforceErrors, what: string): ApiResponse | undefined {
    const { status, body, headers } = answer;
    if (status < 300) {
      if (typeof body !== 'object' || body === null) return undefined;
      this.#quota.succeeded();
      return { status, body };
    }
    // These are about the request, also when a proxy answers them.
    if (TOO_LARGE.includes(status))
      return { status, body: errors ?? [{ errorCode: `ERROR_HTTP_${status}` }] };
    if (status === 429) {
      const options = { retryAfterMs: retryAfterMs(headers) ?? BUSY_WAIT_MS };
      throw new CrmError(
        'rate_limited',
        `Salesforce answered HTTP 429 to ${what}: too many requests`,
        options,
      );
    }
    if (!errors) return undefined;
    this.#throwFailure(errors[0] ?? {}, what);
    return { status, body: errors };
  }

  /** Throws CrmError when the error is about Salesforce as a whole. */
  #throwFailure(error: SalesforceError, what: string): void {
    const code = codeOf(error);
    const message = error.message ?? '';
    if (code === 'NOT_FOUND') {
      const fix = `see SALESFORCE_LOGIN_URL, and SALESFORCE_API_VERSION (${this.#version})`;
      const text = `Salesforce has no such API at this address: ${fix}`;
      throw new CrmError('unauthorized', text, { code: 'API_VERSION_UNKNOWN' });
    }
    if (code === 'REQUEST_LIMIT_EXCEEDED' && !isConcurrencyLimit(message)) throw this.#quota.exhausted();
    const failure = failureOf(code, message, what);
    if (failure) throw failure;
  }
}

/** Request entity, URI or headers. */
const TOO_LARGE: readonly number[] = [413, 414, 431];

type SalesforceErrors = readonly SalesforceError[] | undefined;

/** Undefined when the body does not hold errors in Salesforce's form. */
function errorsIn({ status, body }: HttpAnswer): SalesforceErrors {
  if (status < 400 || !Array.isArray(body)) return undefined;
  const hasCode = (each: unknown) => typeof (each as SalesforceError | null)?.errorCode === 'string';
  return body.length > 0 && body.every(hasCode) ? body : undefined;
}
