/** Receives the API's requests: checks key and rate, then answers. */
import type { Answer } from '../kit/fault-injection.ts';
import { accessTokenOf, type HttpRequest, type HttpResponse, jsonResponse } from '../kit/http-message.ts';
import type { Account } from './account.ts';
import { ApiError, notFound } from './api-error.ts';
import { singleCall } from './call-answer.ts';
import { CallLists } from './list-calls.ts';
import { listCampaigns } from './list-campaigns.ts';
import { listMessages } from './messages.ts';
import type { Page } from './paging.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Recordings } from './recordings.ts';
import { type RequestTarget, targetOf } from './request-kind.ts';

export interface EndpointParts {
  readonly account: Account;
  readonly recordings: Recordings;
  readonly rateLimit: RateLimit;
  /** Of this server. */
  readonly origin: () => string;
}

export class Endpoint {
  readonly #parts: EndpointParts;
  readonly #callLists: CallLists;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#callLists = new CallLists(parts.account, parts.origin);
  }

  handle(request: HttpRequest): Answer {
    try {
      this.#authenticate(request);
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      const target = targetOf(pathname);
      this.#parts.rateLimit.admit(target.kind);
      return this.#answer(target, request, searchParams);
    } catch (error) {
      if (error instanceof ApiError) return error.response();
      throw error;
    }
  }

  /** https://docs.altur.io/api-reference/authentication */
  #authenticate(request: HttpRequest): void {
    if (accessTokenOf(request, 'api-key') === this.#parts.account.settings.apiKey) return;
    throw new ApiError(401, 'Invalid API key');
  }

  #answer({ kind, id }: RequestTarget, request: HttpRequest, query: URLSearchParams): Answer {
    const { account, recordings, origin } = this.#parts;
    const { settings } = account;
    const isRecording = kind === 'recording' || kind === 'file';
    if (request.method !== 'GET' && !(isRecording && request.method === 'HEAD')) {
      throw new ApiError(405, 'Method not allowed', { Allow: 'GET' });
    }
    switch (kind) {
      case 'campaigns':
        return this.#list(settings.envelope.campaigns, listCampaigns(account, query));
      case 'calls':
        return this.#list(settings.envelope.calls, this.#callLists.list(id, query));
      case 'call': {
        const call = account.call(id);
        return jsonResponse(200, singleCall(call, account.threadOf(call), settings, origin()));
      }
      case 'message':
        return jsonResponse(200, listMessages(account, id, query));
      case 'recording':
        return recordings.answer(id, request);
      case 'file':
        return recordings.file(account.call(id).id, request);
      case 'other':
        throw notFound('Path');
    }
  }

  #list(name: string, { items, pagination }: Page<object>): HttpResponse {
    const isRoot = this.#parts.account.settings.envelope.pagination === 'root';
    return jsonResponse(200, { [name]: items, ...(isRoot ? pagination : { pagination }) });
  }
}
