/** Requests and answers as a simulated API sees them: whole, without sockets. */

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const text = JSON.stringify(body) ?? '';
  return { status, headers: { 'Content-Type': 'application/json;charset=utf-8', ...headers }, body: text };
}
