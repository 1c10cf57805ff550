import { setTimeout as delay } from 'node:timers/promises';
import {
  accessTokenOf,
  type HttpRequest,
  type HttpResponse,
  htmlResponse,
  jsonBodyOf,
  jsonResponse,
  takesBody,
  withHeaders,
} from '../kit/http-message.ts';
import { ApiError, notFound } from './api-error.ts';
import type { ApiUsage } from './api-usage.ts';
import type { OAuth } from './oauth.ts';
import type { Org } from './org.ts';
import { QueryCursors } from './query-cursors.ts';
import { answer } from './rest-api.ts';
import { type RestRequest, resource, versions } from './rest-request.ts';
import { answerSoap, fault, sessionId } from './soap-api.ts';

/** URI and headers together may be this long. https://help.salesforce.com/s/articleView?id=000386264 */
const MAX_URI_AND_HEADERS = 16_384;

/** Receives the org's requests: checks token and quota, then calls the API that the path names. */
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
    if (uriAndHeaders(request) > MAX_URI_AND_HEADERS)
      return htmlResponse(414, '<body><h1>URI Too Long</h1></body>');
    if (path === '/services/oauth2/token') return this.#token(request);
    if (/^\/services\/data\/?$/.test(path)) return json(200, versions());
    if (path.startsWith('/services/Soap/m/')) return this.#soap(request);
    if (!this.#oauth.accepts(accessTokenOf(request, 'Bearer', 'OAuth'))) return expired();
    if (path.startsWith('/id/')) return json(200, this.#oauth.identity(this.#url()));
    return this.#rest(request);
  }

  #token(request: HttpRequest): HttpResponse {
    if (request.method !== 'POST') return json(405, { error: 'invalid_request' });
    const basic = accessTokenOf(request, 'Basic');
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
    return withHeaders(response, this.#usage.header);
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
    return { ...target, method, headers, body: bodyOf(request), owner };
  }

  /** Counts the request, waits the latency, and holds the row locks until the response is sent. */
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

function bodyOf(request: HttpRequest): unknown {
  if (!takesBody(request) || request.body === '') return undefined;
  return jsonBodyOf(request, {
    unsupportedMediaType: () => {
      const message = 'Content-Type header specified in HTTP request is not supported';
      return new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', message);
    },
    notJson: (reason) => new ApiError(400, 'JSON_PARSER_ERROR', reason),
  });
}

function uriAndHeaders({ url, headers }: HttpRequest): number {
  const lines = Object.entries(headers).map(([name, value = '']) => name.length + value.length + 4);
  return lines.reduce((sum, length) => sum + length, url.length);
}

function expired(): HttpResponse {
  return json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
}

function json(status: number, body: unknown): HttpResponse {
  if (body === undefined) return { status, headers: {}, body: '' };
  return jsonResponse(status, body, { 'Content-Type': 'application/json;charset=UTF-8' });
}

function xml({ status, body }: { status: number; body: string }): HttpResponse {
  return { status, headers: { 'Content-Type': 'text/xml;charset=UTF-8' }, body };
}
