/** Requests and responses as a simulated API sees them: complete, without sockets. */

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export type ResponseHeaders = Readonly<Record<string, string>>;

export interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: string;
}

/** A response that is sent piece by piece, as fast as the client takes it. */
export interface StreamedResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** `closed` is aborted once the connection is closed. When it throws, the connection breaks. */
  readonly stream: (closed: AbortSignal) => AsyncIterable<Uint8Array>;
}

export function jsonResponse(status: number, body: unknown, headers: ResponseHeaders = {}): HttpResponse {
  const text = JSON.stringify(body) ?? '';
  return { status, headers: { 'Content-Type': 'application/json;charset=utf-8', ...headers }, body: text };
}

export function htmlResponse(status: number, html: string): HttpResponse {
  return { status, headers: { 'Content-Type': 'text/html' }, body: `<html>${html}</html>` };
}

/** Adds headers that the response does not set. */
export function withHeaders(response: HttpResponse, headers: ResponseHeaders): HttpResponse {
  return { ...response, headers: { ...headers, ...response.headers } };
}

/** The token of an Authorization header in one of these schemes. */
export function accessTokenOf({ headers }: HttpRequest, ...schemes: readonly string[]): string | undefined {
  return new RegExp(`^(?:${schemes.join('|')}) (.+)$`).exec(headers.authorization ?? '')?.[1];
}

export function takesBody({ method }: HttpRequest): boolean {
  return method !== 'GET' && method !== 'DELETE';
}

export interface JsonErrors {
  readonly unsupportedMediaType: () => Error;
  readonly notJson: (reason: string) => Error;
}

export function jsonBodyOf({ headers, body }: HttpRequest, errors: JsonErrors): unknown {
  if (!headers['content-type']?.startsWith('application/json')) throw errors.unsupportedMediaType();
  try {
    return JSON.parse(body);
  } catch (error) {
    throw errors.notJson((error as Error).message);
  }
}
