/**
 * One request to Altur's API at a time it may be sent, sent again while that may help. The API key goes to the configured
 * origin only: redirects are not followed. https://docs.altur.io/api-reference/authentication
 */
import type { Pace } from './altur-calls.ts';
import { AlturApiError, errorFor, notTheApi, unreachable, unreadable } from './api-error.ts';
import { wait } from './wait.ts';

export interface AlturApiSettings {
  readonly apiKey: string;
  /** `https://api.altur.io/api/v1.0` */
  readonly apiUrl: string;
}

/** What 400 and 404 mean depends on what was asked for. */
export type Answer =
  | { readonly status: 200; readonly json: unknown }
  | { readonly status: 400 }
  | { readonly status: 404 };

/** How often a request is sent while the API is busy, down or not reached. */
const ATTEMPTS = 5;
/** And while it answers 200 with something that is not the API's: a proxy may do so for a moment. */
const ATTEMPTS_AT_WRONG_CONTENT = 2;
const BACKOFF_MS = 500;
const TIMEOUT_MS = 20_000;
/** A page of 100 calls with their extracted data; a thread of many calls. */
const MAX_BYTES = 8 * 1_048_576;

export class ApiRequests {
  /** For relative addresses. */
  readonly origin: string;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pace: Pace;
  readonly #backoffMs: number;
  /** The API said of the key, not of one request, that it is too fast. */
  #quietUntil = 0;
  /** The address is right: what is no answer of the API is a matter of one request, or passes. */
  #hasAnswered = false;

  constructor({ apiKey, apiUrl }: AlturApiSettings, pace: Pace, backoffMs = BACKOFF_MS) {
    this.#base = apiUrl.replace(/\/+$/, '');
    this.origin = new URL(this.#base).origin;
    this.#headers = { authorization: `api-key ${apiKey}`, accept: 'application/json' };
    this.#pace = pace;
    this.#backoffMs = backoffMs;
  }

  /** `path`: below ALTUR_API_URL, with its query. */
  async get(path: string, signal?: AbortSignal): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      await wait(this.#quietUntil - Date.now(), signal);
      await this.#pace.turn(signal);
      const backoffMs = this.#backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      try {
        return await this.#send(path, backoffMs, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof AlturApiError) || attempt >= attemptsFor(error)) throw error;
        const ms = error.retryAfterMs ?? backoffMs;
        if (error.code === 'ALTUR_RATE_LIMITED') this.#quietUntil = Date.now() + ms;
        await wait(ms, signal);
      }
    }
  }

  async #send(path: string, backoffMs: number, signal: AbortSignal | undefined): Promise<Answer> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(`${this.#base}${path}`, {
        headers: this.#headers,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const { status } = response;
      if (status === 200) return { status, json: await this.#read(response) };
      // A body that is not read would keep its connection.
      await response.body?.cancel();
      if (status === 404) return { status };
      if (status === 400 || status === 422) return { status: 400 };
      throw errorFor(response, backoffMs);
    } catch (error) {
      if (error instanceof AlturApiError) return this.#ofOneRequest(error, backoffMs);
      const what = timeout.aborted ? `did not answer within ${TIMEOUT_MS / 1_000} s` : 'cannot be reached';
      throw unreachable(what, backoffMs, error);
    }
  }

  async #read(response: Response): Promise<unknown> {
    const json = parseJson(await readText(response));
    this.#hasAnswered = true;
    return json;
  }

  /** One answer that is not the API's must not end a run in which the API answers everything else. */
  #ofOneRequest(error: AlturApiError, backoffMs: number): Answer {
    if (error.code !== 'ALTUR_API_URL_WRONG' || !this.#hasAnswered) throw error;
    if (error.isOfContent) throw unreadable(backoffMs);
    return { status: 400 };
  }
}

function attemptsFor(error: AlturApiError): number {
  if (error.retryAfterMs !== undefined) return ATTEMPTS;
  return error.isOfContent ? ATTEMPTS_AT_WRONG_CONTENT : 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: V8's message quotes the text.
    throw notTheApi(
      /^\s*</.test(text) ? 'answered with a web page' : 'answered with something else than JSON',
      true,
    );
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw notTheApi(`answered with more than ${MAX_BYTES / 1_048_576} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** One part of a path. Undefined for dots, which would be another path: https://url.spec.whatwg.org/#double-dot-path-segment */
export function pathPart(id: string): string | undefined {
  return /^\.{1,2}$/.test(id) ? undefined : encodeURIComponent(id.toWellFormed());
}
