/**
 * Sends one request through HubSpot's SDK and reads the response ourselves: the SDK's typed batch methods drop
 * `errors[]` of a partial success, its retries post twice, and it knows no timeout.
 */
import { Client } from '@hubspot/api-client';
import type { RequestObserver, RequestPace, Usage } from '../connector.ts';
import { throwIfAborted, withDeadline } from '../engine/http/deadline.ts';
import { networkFailure, parseJson } from '../engine/http/failures.ts';
import { observed } from '../engine/http/observed-request.ts';
import type { ApiRequest, ApiResponse, Transport } from '../engine/http/transport.ts';
import { waitForQuota } from '../engine/http/wait-for-quota.ts';
import { whenWritten } from '../engine/http/when-written.ts';
import { failureOf } from './http-failures.ts';
import { isPathUnknown } from './rejections.ts';
import { Turns } from './turns.ts';
import { Versions } from './versions.ts';

/** HubSpot itself gives up at 100 s (524); a batch of a hundred takes one or two. */
const TIMEOUT_MS = 30_000;

/** A search rejected for its second's quota is sent again this often before the queue has to wait. */
const SEARCH_QUOTA = { longestMs: 1_000, tries: 5 };

export class HubSpotTransport implements Transport {
  readonly #client: Client;
  readonly #timeZone: string;
  readonly #timeoutMs: number;
  readonly #observe: RequestObserver | undefined;
  readonly #turns: Turns;
  readonly #versions = new Versions();
  #usage: Usage | undefined;

  /** `timeZone`: in which HubSpot's day of quota ends. */
  constructor(
    accessToken: string,
    apiUrl: string,
    timeZone: string,
    timeoutMs = TIMEOUT_MS,
    observe?: RequestObserver,
    pace?: RequestPace,
  ) {
    const basePath = apiUrl.replace(/\/+$/, '');
    // The SDK's retry and limiter settings are process-wide, so they stay off.
    this.#client = new Client({ accessToken, basePath, numberOfApiCallRetries: 0 });
    this.#timeZone = timeZone;
    this.#timeoutMs = timeoutMs;
    this.#observe = observe;
    this.#turns = new Turns(pace);
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  send(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> {
    if (!request.path.endsWith('/search')) return this.#sendInServedVersion(request, signal);
    // Other integrations search this account too, and use up the second: the rest of the batch need not wait for it.
    const search = () => this.#sendInServedVersion(request, signal);
    return waitForQuota(search, { ...SEARCH_QUOTA, signal });
  }

  async #sendInServedVersion(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> {
    let response: ApiResponse | undefined;
    for (const path of this.#versions.alternatives(request.path)) {
      response = await this.#sendOnce({ ...request, path }, signal);
      if (!isPathUnknown(response)) {
        this.#versions.answered(path);
        return response;
      }
    }
    this.#versions.unknown(request.path);
    return response!;
  }

  async #sendOnce(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse> {
    const what = `${request.method} ${request.path}`;
    const turn = await this.#turns.wait(request.path, signal);
    throwIfAborted(signal, what);
    const { status, headers, text } = await whenWritten(
      () => turn.sent(),
      () => this.#exchange(request, what, signal),
    );
    this.#usage = usageOf(headers) ?? this.#usage;
    this.#turns.learn(request.path, usageOf(headers)?.burst);
    const body = parseJson(text);
    const failure = failureOf({ what, status, headers, text, body, timeZone: this.#timeZone });
    if (failure) throw failure;
    return { status, body };
  }

  async #exchange(request: ApiRequest, what: string, signal?: AbortSignal) {
    const { method, path, body } = request;
    const exchange = async () => {
      const response = await this.#client.apiRequest({ method, path, ...(body !== undefined && { body }) });
      // HubSpot's API redirects nowhere, and behind a redirect a POST has become a GET.
      const status = response.redirected ? 302 : response.status;
      return { status, headers: response.headers, text: await response.text() };
    };
    try {
      return await observed(this.#observe, request, () => withDeadline(exchange, this.#timeoutMs, signal));
    } catch (cause) {
      throw networkFailure('HubSpot', what, cause);
    }
  }
}

/** Searches report none: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines */
function usageOf(headers: Headers): Usage | undefined {
  const read = (name: string) => Number(headers.get(`x-hubspot-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining] = [read('daily'), read('daily-remaining')];
  if (!Number.isFinite(limit) || !Number.isFinite(remaining)) return undefined;
  const burst = { limit: read('max'), perMs: read('interval-milliseconds') };
  return { used: limit - remaining, limit, ...(burst.limit > 0 && burst.perMs > 0 && { burst }) };
}
