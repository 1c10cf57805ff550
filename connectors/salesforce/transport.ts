/** Sends requests through jsforce, with a timeout and without its retries: a POST is repeated by the queue alone. */
import type { Connection } from 'jsforce/lib/core.js';
import { CrmError, type Usage } from '../connector.ts';
import { throwIfAborted, withDeadline } from '../engine/http/deadline.ts';
import { networkFailure } from '../engine/http/failures.ts';
import type { ApiRequest, ApiResponse, Transport } from '../engine/http/transport.ts';
import { failureOf, isConcurrencyLimit, signInRejected } from './http-failures.ts';
import { DailyQuota } from './quota.ts';
import type { Session } from './session.ts';

/** For one request: a token may be revoked the moment it is given, but not for ever. */
const MAX_SIGN_INS = 2;
/** jsforce's own default is half an hour. */
const TIMEOUT_MS = 60_000;

/** What jsforce throws for a response with an error status. */
interface ResponseError extends Error {
  readonly errorCode?: string;
}

export class SalesforceTransport implements Transport {
  readonly #session: Session;
  readonly #version: string;
  readonly #timeoutMs: number;
  readonly #quota = new DailyQuota();

  /** `version`: of the API, such as `64.0`. */
  constructor(session: Session, version: string, timeoutMs = TIMEOUT_MS) {
    this.#session = session;
    this.#version = version;
    this.#timeoutMs = timeoutMs;
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
    try {
      const body = await exchange(connection, request, this.#timeoutMs, signal);
      this.#quota.succeeded();
      return { status: 200, body };
    } catch (cause) {
      const { errorCode, message } = cause as ResponseError;
      if (errorCode === undefined) throw networkFailure('Salesforce', what, cause);
      if (errorCode === 'INVALID_SESSION_ID' || errorCode === 'ERROR_HTTP_401') {
        this.#session.tokenRejected(connection);
        // A token expires in its time; one that is rejected when fresh will be rejected again.
        if (signIns > 0) return this.#send(request, signal, signIns - 1);
        throw signInRejected('Salesforce rejected a new token', cause);
      }
      return this.#rejected(errorCode, message, what, cause);
    } finally {
      this.#quota.reported(connection.limitInfo?.apiUsage);
    }
  }

  /** The response to a request whose content is rejected. Throws CrmError when Salesforce as a whole fails. */
  #rejected(errorCode: string, message: string, what: string, cause: unknown): ApiResponse {
    if (errorCode === 'NOT_FOUND') {
      const fix = `see SALESFORCE_LOGIN_URL, and SALESFORCE_API_VERSION (${this.#version})`;
      const text = `Salesforce has no such API at this address: ${fix}`;
      throw new CrmError('unauthorized', text, { cause, code: 'API_VERSION_UNKNOWN' });
    }
    if (errorCode === 'REQUEST_LIMIT_EXCEEDED' && !isConcurrencyLimit(message)) throw this.#quota.exhausted();
    const failure = failureOf(errorCode, message, what);
    if (failure) throw failure;
    return { status: 400, body: [{ errorCode, message }] };
  }
}

function exchange(
  connection: Connection,
  { method, path, body }: ApiRequest,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const request = { method, url: path, body: JSON.stringify(body), headers } as const;
  const options = { timeout: timeoutMs, retry: { maxRetries: 0 } } as object;
  return withDeadline(() => connection.request(request, options), timeoutMs, signal);
}
