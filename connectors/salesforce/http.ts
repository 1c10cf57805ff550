/**
 * One HTTP exchange through jsforce's transport: status, headers and body as they came. Its `HttpApi` hides the status
 * behind the code in the body, refreshes tokens without end and follows a redirected POST as a GET, so it is not used
 * but for the Metadata API and the permission set, which `ObservedTransport` sends.
 */

import { Transport as HttpTransport } from 'jsforce/lib/transport.js';
import type { HttpRequest, HttpRequestOptions } from 'jsforce/lib/types/index.js';
import type { RequestObserver } from '../connector.ts';
import { withDeadline } from '../engine/http/deadline.ts';
import { parseJson } from '../engine/http/failures.ts';
import { observed } from '../engine/http/observed-request.ts';

export interface HttpExchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when the body is empty or not JSON, such as a page of a proxy's. */
  readonly body: unknown;
}

export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly observe?: RequestObserver | undefined;
}

/** Follows no redirect and repeats nothing. Rejects when no answer came. */
export async function exchange(
  request: HttpExchange,
  { timeoutMs, signal, observe }: ExchangeOptions,
): Promise<HttpAnswer> {
  return observed(observe, pathOf(request), () => send(request, timeoutMs, signal));
}

async function send(
  { method, url, headers, body }: HttpExchange,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = { method, url, headers: { ...headers, ...length }, ...(body !== undefined && { body }) };
  const options = { timeout: timeoutMs, retry: { maxRetries: 0 }, followRedirect: false } as const;
  const work = async () => new HttpTransport().httpRequest(request, options);
  const response = await withDeadline(work, timeoutMs, signal);
  return {
    status: response.statusCode,
    headers: new Headers(response.headers),
    body: parseJson(response.body),
  };
}

export function isRedirect({ status }: HttpAnswer): boolean {
  return status >= 300 && status < 400;
}

/** For the requests that jsforce sends by itself. Repeats nothing either, so that each is observed once. */
export class ObservedTransport extends HttpTransport {
  readonly #observe: RequestObserver | undefined;

  constructor(observe: RequestObserver | undefined) {
    super();
    this.#observe = observe;
  }

  override httpRequest(request: HttpRequest, options: HttpRequestOptions = {}) {
    const answer = super.httpRequest(request, { ...options, retry: { maxRetries: 0 } });
    const answered = () => answer.then(({ statusCode }) => ({ status: statusCode }));
    // A failure is its caller's, who has it from `answer`.
    observed(this.#observe, pathOf(request), answered).catch(() => {});
    return answer;
  }
}

function pathOf({ method, url }: { readonly method: string; readonly url: string }) {
  return { method, path: URL.canParse(url) ? new URL(url).pathname : url };
}
