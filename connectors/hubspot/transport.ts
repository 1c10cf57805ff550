/**
 * Sends one request through HubSpot's SDK and reads the answer ourselves: the SDK's typed batch methods drop
 * `errors[]` of a partial success, its retries post twice, and it knows no timeout.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@hubspot/api-client';
import { CrmError, type Usage } from '../connector.ts';
import { failureOf, isPathUnknown, networkFailure } from './errors.ts';
import { SearchPace } from './search-pace.ts';
import { Versions } from './versions.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Changes nothing in the CRM, although it may be a POST. */
  readonly reads?: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  /** Parsed JSON; undefined when the body is empty or something else. */
  readonly body: unknown;
}

export interface Transport {
  /**
   * Answers 2xx, and the 4xx that are about the request's content (400, 404, 409, 413, …). Throws CrmError for
   * everything that is about the CRM as a whole: network, timeout, 5xx, quota, credentials.
   */
  send(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer>;
}

/** HubSpot itself gives up at 100 s (524); a batch of a hundred takes one or two. */
const TIMEOUT_MS = 30_000;

/** A search refused for its second's quota is sent again this often before the queue has to wait. */
const SEARCH_TRIES = 5;
const SECOND_MS = 1_000;

export function createTransport(
  accessToken: string,
  apiUrl: string,
  timeZone: string,
  timeoutMs = TIMEOUT_MS,
): Transport & { usage(): Usage | undefined } {
  // The SDK's retry and limiter settings are process-wide, so they stay off.
  const client = new Client({ accessToken, basePath: apiUrl.replace(/\/+$/, ''), numberOfApiCallRetries: 0 });
  const pace = new SearchPace();
  const versions = new Versions();
  let usage: Usage | undefined;

  const exchangeOnce = async (request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> => {
    const what = `${request.method} ${request.path}`;
    if (signal?.aborted) throw new CrmError('unavailable', `${what} was not sent: shutting down`);
    const overdue = AbortSignal.timeout(timeoutMs);
    const stop = signal ? AbortSignal.any([overdue, signal]) : overdue;
    const { status, headers, text } = await exchange(client, request, what, stop);
    usage = usageOf(headers) ?? usage;
    const body = parse(text);
    const failure = failureOf({ what, status, headers, text, body, timeZone });
    if (failure) throw failure;
    return { status, body };
  };

  const send = async (request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> => {
    let answer: ApiAnswer | undefined;
    for (const path of versions.alternatives(request.path)) {
      answer = await exchangeOnce({ ...request, path }, signal);
      if (!isPathUnknown(answer)) {
        versions.answered(path);
        return answer;
      }
    }
    versions.unknown(request.path);
    return answer!;
  };

  /** Whoever else searches this account may have used up the second: the others of the batch need not wait for it. */
  const search = async (
    request: ApiRequest,
    signal?: AbortSignal,
    tries = SEARCH_TRIES,
  ): Promise<ApiAnswer> => {
    await pace.turn(signal);
    try {
      return await send(request, signal);
    } catch (error) {
      const { kind, retryAfterMs = Number.POSITIVE_INFINITY } = error as CrmError;
      if (kind !== 'rate_limited' || retryAfterMs > SECOND_MS || tries === 1) throw error;
      await delay(retryAfterMs, undefined, signal && { signal }).catch(() => {});
      return search(request, signal, tries - 1);
    }
  };

  return {
    usage: () => usage,
    send: (request, signal) => (request.path.endsWith('/search') ? search : send)(request, signal),
  };
}

async function exchange(client: Client, { method, path, body }: ApiRequest, what: string, stop: AbortSignal) {
  try {
    // The SDK hands no signal to fetch: an abandoned request ends with its socket, its outcome is unknown.
    return await unless(stop, async () => {
      const response = await client.apiRequest({ method, path, ...(body !== undefined && { body }) });
      return { status: response.status, headers: response.headers, text: await response.text() };
    });
  } catch (cause) {
    throw networkFailure(what, cause);
  }
}

function unless<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(stop.reason);
    stop.addEventListener('abort', abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => stop.removeEventListener('abort', abort));
  });
}

/** Searches tell none: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines */
function usageOf(headers: Headers): Usage | undefined {
  const limit = Number(headers.get('x-hubspot-ratelimit-daily') ?? Number.NaN);
  const remaining = Number(headers.get('x-hubspot-ratelimit-daily-remaining') ?? Number.NaN);
  return Number.isFinite(limit) && Number.isFinite(remaining)
    ? { used: limit - remaining, limit }
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
