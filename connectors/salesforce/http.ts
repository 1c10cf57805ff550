/**
 * One HTTP exchange through jsforce's transport: status, headers and body as they came. Its `HttpApi` hides the status
 * behind the code in the body, refreshes tokens without end and follows a redirected POST as a GET, so it is not used.
 */
import { Transport as HttpTransport } from 'jsforce/lib/transport.js';
import { withDeadline } from '../engine/http/deadline.ts';
import { parseJson } from '../engine/http/failures.ts';

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

/** Follows no redirect and repeats nothing. Rejects when no answer came. */
export async function exchange(
  { method, url, headers, body }: HttpExchange,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = { method, url, headers: { ...headers, ...length }, ...(body !== undefined && { body }) };
  const options = { timeout: timeoutMs, retry: { maxRetries: 0 }, followRedirect: false } as const;
  const send = async () => new HttpTransport().httpRequest(request, options);
  const response = await withDeadline(send, timeoutMs, signal);
  return {
    status: response.statusCode,
    headers: new Headers(response.headers),
    body: parseJson(response.body),
  };
}

export function isRedirect({ status }: HttpAnswer): boolean {
  return status >= 300 && status < 400;
}
