import { setTimeout as delay } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from '../kit/http-message.ts';
import { ApiError, notFound } from './api-error.ts';
import type { ApiUsage } from './api-usage.ts';
import type { OAuth } from './oauth.ts';
import type { Org } from './org.ts';
import { QueryCursors } from './query-cursors.ts';
import { answer } from './rest-api.ts';
import { NEWEST_VERSION, type RestRequest, resource } from './rest-request.ts';
import { answerSoap, fault, sessionId } from './soap-api.ts';

/** URI and headers together may be this long. https://help.salesforce.com/s/articleView?id=000386264 */
const MAX_URI_AND_HEADERS = 16_384;

/** The org's HTTP face: who may call, how often, and which API it is. */
export class Endpoint {
  readonly #org: Org;
  readonly #oauth: OAuth;
  readonly #usage: ApiUsage;
  readonly #cursors = new QueryCursors();
  readonly #url: () => string;

  constructor(org: Org, oauth: OAuth, usage: ApiUsage, url: () => string) {
    this.#org = org;
    this.#oauth = oauth;
    this.#usage = usage;
    this.#url = url;
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const [path = ''] = request.url.split('?');
    if (uriAndHeaders(request) > MAX_URI_AND_HEADERS) return html(414, 'URI Too Long');
    if (path === '/services/oauth2/token') return this.#token(request);
    if (/^\/services\/data\/?$/.test(path)) return json(200, versions());
    if (path.startsWith('/services/Soap/m/')) return this.#soap(request);
    if (!this.#oauth.accepts(bearer(request))) return expired();
    if (path.startsWith('/id/')) return json(200, this.#oauth.identity(this.#url()));
    return this.#rest(request);
  }

  #token(request: HttpRequest): HttpResponse {
    if (request.method !== 'POST') return json(405, { error: 'invalid_request' });
    const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const { status, body } = this.#oauth.token(new URLSearchParams(request.body), basic, this.#url());
    return json(status, body);
  }

  async #soap(request: HttpRequest): Promise<HttpResponse> {
    if (!this.#oauth.accepts(sessionId(request.body))) {
      const message = 'INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session';
      return xml(fault('sf:INVALID_SESSION_ID', message));
    }
    return this.#counted(
      () => xml(answerSoap(this.#org, request.body)),
      (refusal) => xml(fault(`sf:${refusal.errorCode}`, refusal.message)),
    );
  }

  async #rest(request: HttpRequest): Promise<HttpResponse> {
    const owner = {};
    const refuse = (refusal: ApiError) => json(refusal.status, refusal.body);
    const response = await this.#counted(() => this.#answer(request, owner), refuse, owner);
    return { ...response, headers: { ...response.headers, ...this.#usage.header } };
  }

  #answer(request: HttpRequest, owner: object): HttpResponse {
    const backend = {
      org: this.#org,
      cursors: this.#cursors,
      used: () => this.#usage.used,
      identityUrl: this.#oauth.identityUrl(this.#url()),
    };
    const { status, body } = answer(backend, this.#restRequest(request, owner));
    return json(status, body);
  }

  #restRequest(request: HttpRequest, owner: object): RestRequest {
    const { method, headers, body } = request;
    const target = resource(request.url);
    if (!target) throw notFound();
    if (Buffer.byteLength(body) > this.#org.settings.maxBodyBytes) {
      throw new ApiError(413, 'REQUEST_TOO_LARGE', 'Request body is too large');
    }
    return { ...target, method, headers, body: parsedBody(request), owner };
  }

  /** Counts the request, takes its time, and holds its locks until it is answered. */
  async #counted(
    work: () => HttpResponse,
    refuse: (refusal: ApiError) => HttpResponse,
    owner: object = {},
  ): Promise<HttpResponse> {
    let end = () => {};
    try {
      end = this.#usage.begin();
      const response = work();
      if (this.#org.settings.latencyMs > 0) await delay(this.#org.settings.latencyMs);
      return response;
    } catch (error) {
      if (error instanceof ApiError) return refuse(error);
      throw error;
    } finally {
      end();
      this.#org.locks.release(owner);
    }
  }
}

function parsedBody({ method, headers, body }: HttpRequest): unknown {
  if (method === 'GET' || method === 'DELETE' || body === '') return undefined;
  if (!headers['content-type']?.startsWith('application/json')) {
    throw new ApiError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Type header specified in HTTP request is not supported',
    );
  }
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ApiError(400, 'JSON_PARSER_ERROR', (error as Error).message);
  }
}

function bearer({ headers }: HttpRequest): string | undefined {
  return /^(?:Bearer|OAuth) (.+)$/.exec(headers.authorization ?? '')?.[1];
}

function uriAndHeaders({ url, headers }: HttpRequest): number {
  const lines = Object.entries(headers).map(([name, value = '']) => name.length + value.length + 4);
  return lines.reduce((sum, length) => sum + length, url.length);
}

function versions(): object[] {
  const numbers = [NEWEST_VERSION - 6, NEWEST_VERSION - 1, NEWEST_VERSION];
  return numbers.map((number) => ({
    label: `Version ${number}`,
    url: `/services/data/v${number}.0`,
    version: `${number}.0`,
  }));
}

function expired(): HttpResponse {
  return json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
}

function json(status: number, body: unknown): HttpResponse {
  if (body === undefined) return { status, headers: {}, body: '' };
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    body: JSON.stringify(body),
  };
}

function xml({ status, body }: { status: number; body: string }): HttpResponse {
  return { status, headers: { 'Content-Type': 'text/xml;charset=UTF-8' }, body };
}

function html(status: number, title: string): HttpResponse {
  return {
    status,
    headers: { 'Content-Type': 'text/html' },
    body: `<html><body><h1>${title}</h1></body></html>`,
  };
}
