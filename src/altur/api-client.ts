/**
 * Reads calls from Altur's API: https://docs.altur.io/api-reference/calls/retrieve. The API key is sent to the configured
 * origin only: redirects are not followed. Messages quote nothing of an answer.
 */
import { OperatorError } from '../operator-error.ts';
import { eventOfApiCall } from './api-call.ts';
import type { CallEvent } from './event.ts';

export interface AlturApiSettings {
  readonly apiKey: string;
  /** `https://api.altur.io/api/v1.0` */
  readonly apiUrl: string;
}

export class AlturApiError extends OperatorError {
  override readonly name = 'AlturApiError';
  /** When it may be tried again; present when it is worth it. */
  readonly retryAfterMs: number | undefined;
  /** True of every call: the next one need not be tried. */
  readonly concernsAll: boolean;

  constructor(
    message: string,
    {
      retryAfterMs,
      concernsAll = false,
      ...options
    }: { code: string; retryAfterMs?: number; concernsAll?: boolean; cause?: unknown },
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
    this.concernsAll = concernsAll;
  }
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 * 1_048_576;
/** Where a 429 does not say how long; a 5xx never does. */
const RETRY_AFTER_MS = 1_000;
const MAX_RETRY_AFTER_MS = 60_000;

export class AlturApi {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ apiKey, apiUrl }: AlturApiSettings) {
    this.#base = apiUrl.replace(/\/+$/, '');
    // https://docs.altur.io/api-reference/authentication
    this.#headers = { authorization: `api-key ${apiKey}`, accept: 'application/json' };
  }

  /** The call as an event without a transcript. Throws AlturApiError. */
  async readCall(callId: string): Promise<CallEvent> {
    const response = await this.#get(`${this.#base}/call/${encodeURIComponent(callId)}`);
    if (response.status !== 200) {
      await response.body?.cancel();
      throw errorFor(response);
    }
    const event = eventOfApiCall(callId, await readJson(response), new URL(this.#base).origin);
    if (typeof event !== 'string') return event;
    throw new AlturApiError(`Altur’s API: ${event}`, { code: 'ALTUR_CALL_UNUSABLE' });
  }

  async #get(url: string): Promise<Response> {
    try {
      return await fetch(url, {
        headers: this.#headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

function errorFor({ status, headers }: Response): AlturApiError {
  if (status === 401 || status === 403) {
    const message = `Altur’s API answered ${status}: ALTUR_API_KEY is not accepted; copy it again from Altur’s settings`;
    return new AlturApiError(message, { code: 'ALTUR_UNAUTHORIZED', concernsAll: true });
  }
  if (status === 404) {
    return new AlturApiError(
      'Altur’s API answered 404: it knows no call with this id; check the id, and that ALTUR_API_KEY belongs to the project that made the call',
      { code: 'ALTUR_CALL_UNKNOWN' },
    );
  }
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = seconds >= 0 ? Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS) : RETRY_AFTER_MS;
    return new AlturApiError('Altur’s API answered 429: too many requests; try again later', {
      code: 'ALTUR_RATE_LIMITED',
      retryAfterMs,
    });
  }
  if (status >= 500) {
    return new AlturApiError(`Altur’s API answered ${status}: it does not work properly; try again later`, {
      code: 'ALTUR_UNAVAILABLE',
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  if (status === 400) {
    const message = 'Altur’s API answered 400: it rejects the request for this call; check the id';
    return new AlturApiError(message, { code: 'ALTUR_CALL_UNUSABLE' });
  }
  return notTheApi(`answered ${status}`);
}

/** A page of a proxy, or another server. */
function notTheApi(what: string): AlturApiError {
  return new AlturApiError(`Altur’s API ${what}, which is no answer of the API: check ALTUR_API_URL`, {
    code: 'ALTUR_API_URL_WRONG',
    concernsAll: true,
  });
}

function unreachable(cause: unknown): AlturApiError {
  const timedOut = (cause as Error).name === 'TimeoutError';
  const what = timedOut ? `did not answer within ${TIMEOUT_MS / 1_000} s` : 'cannot be reached';
  return new AlturApiError(`Altur’s API ${what}: check ALTUR_API_URL and the network, or try again later`, {
    code: 'ALTUR_UNAVAILABLE',
    retryAfterMs: RETRY_AFTER_MS,
    cause,
  });
}

async function readJson(response: Response): Promise<unknown> {
  const text = await readText(response);
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: V8's message quotes the text.
    throw notTheApi(
      /^\s*</.test(text) ? 'answered with a web page' : 'answered with something else than JSON',
    );
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unreachable(cause);
  }
  if (length > MAX_BYTES) throw notTheApi(`answered with more than ${MAX_BYTES / 1_048_576} MiB`);
  return Buffer.concat(chunks).toString('utf8');
}
