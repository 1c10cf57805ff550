/**
 * Sends JSON through fetch, for CRMs that need no SDK: with a timeout, without retries (the queue repeats a batch), and
 * with errors that hold neither bodies nor what the CRM says about them.
 */
import { CrmError, type RequestObserver } from '../../connector.ts';
import { throwIfAborted } from './deadline.ts';
import { networkFailure, parseJson, retryAfterMs } from './failures.ts';
import { observed } from './observed-request.ts';
import { type ApiRequest, type ApiResponse, requestName, type Transport } from './transport.ts';

export interface FetchOptions {
  /** In messages: `Pipedrive`. */
  readonly crm: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number | undefined;
  /** The fix for rejected credentials: `create a new token and set MEMO_TOKEN`. */
  readonly credentialsFix: string;
  /** When a 429 does not say how long. */
  readonly quotaWaitMs?: number;
  /** `context.observeRequest`. */
  readonly observe?: RequestObserver | undefined;
}

const TIMEOUT_MS = 30_000;
const QUOTA_WAIT_MS = 10_000;

export class FetchTransport implements Transport {
  readonly #options: FetchOptions;

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  async send(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> {
    const what = requestName(request);
    throwIfAborted(signal, what);
    const { status, headers, text } = await this.#exchange(request, what, signal);
    const failure = this.#failureOf(what, status, headers);
    if (failure) throw failure;
    return { status, body: parseJson(text) };
  }

  async #exchange(request: ApiRequest, what: string, signal: AbortSignal | undefined) {
    const { crm, observe } = this.#options;
    try {
      return await observed(observe, request, () => this.#fetch(request, signal));
    } catch (cause) {
      throw networkFailure(crm, what, cause);
    }
  }

  async #fetch({ method, path, body }: ApiRequest, signal: AbortSignal | undefined) {
    const { url, headers, timeoutMs = TIMEOUT_MS } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url.replace(/\/+$/, '') + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  #failureOf(what: string, status: number, headers: Headers): CrmError | undefined {
    const { crm, credentialsFix, quotaWaitMs = QUOTA_WAIT_MS } = this.#options;
    const answered = `${crm} answered ${status} to ${what}`;
    const wait = retryAfterMs(headers);
    if (status === 429) {
      const options = { retryAfterMs: wait ?? quotaWaitMs, code: 'QUOTA_EXHAUSTED' };
      return new CrmError('rate_limited', `${answered}: the quota is used up`, options);
    }
    if (status === 401 || status === 403) {
      return new CrmError('unauthorized', `${answered}: ${credentialsFix}`, { code: 'CREDENTIALS_REJECTED' });
    }
    if (status === 408 || status >= 500 || status < 200 || (status >= 300 && status < 400)) {
      const options = wait === undefined ? {} : { retryAfterMs: wait };
      return new CrmError('unavailable', `${answered}: it is not working properly`, options);
    }
    return undefined;
  }
}
