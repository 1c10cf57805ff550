/** What is wrong with Altur's API, or with a request to it. Messages quote nothing of an answer. */
import { OperatorError } from '../operator-error.ts';

export interface AlturApiErrorOptions {
  readonly code: string;
  readonly retryAfterMs?: number;
  readonly concernsAll?: boolean;
  readonly isOfContent?: boolean;
  readonly cause?: unknown;
}

export class AlturApiError extends OperatorError {
  override readonly name: string = 'AlturApiError';
  /** When it may be tried again; present when it is worth it. */
  readonly retryAfterMs: number | undefined;
  /** True of every call: the next one need not be tried. */
  readonly concernsAll: boolean;
  /** The status was fine, the content was not the API's. */
  readonly isOfContent: boolean;

  constructor(
    message: string,
    { retryAfterMs, concernsAll = false, isOfContent = false, ...options }: AlturApiErrorOptions,
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
    this.concernsAll = concernsAll;
    this.isOfContent = isOfContent;
  }
}

const MAX_RETRY_AFTER_MS = 60_000;

/** Of a status that means the same whatever was asked for. `backoffMs`: where the answer does not say how long. */
export function errorFor({ status, headers }: Response, backoffMs: number): AlturApiError {
  if (status === 401 || status === 403) {
    const message = `Altur’s API answered ${status}: ALTUR_API_KEY is not accepted; copy it again from Altur’s settings`;
    return new AlturApiError(message, { code: 'ALTUR_UNAUTHORIZED', concernsAll: true });
  }
  const retryAfterMs = retryAfter(headers.get('retry-after')) ?? backoffMs;
  if (status === 429) {
    const message = 'Altur’s API answered 429: too many requests; try again later';
    return new AlturApiError(message, { code: 'ALTUR_RATE_LIMITED', retryAfterMs });
  }
  if (status >= 500 || status === 408) {
    const message = `Altur’s API answered ${status}: it does not work properly; try again later`;
    return new AlturApiError(message, { code: 'ALTUR_UNAVAILABLE', retryAfterMs });
  }
  return notTheApi(`answered ${status}`);
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const ms = Number.isNaN(Number(header)) ? Date.parse(header) - Date.now() : Number(header) * 1_000;
  return ms >= 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}

/** A page of a proxy, or another server. */
export function notTheApi(what: string, isOfContent = false): AlturApiError {
  return new AlturApiError(`Altur’s API ${what}, which is no answer of the API: check ALTUR_API_URL`, {
    code: 'ALTUR_API_URL_WRONG',
    concernsAll: true,
    isOfContent,
  });
}

/** From where the API has answered before. */
export function unreadable(retryAfterMs: number): AlturApiError {
  const message =
    'Altur’s API answered with something else than JSON: it, or a proxy, does not work properly; try again later';
  return new AlturApiError(message, { code: 'ALTUR_UNAVAILABLE', retryAfterMs });
}

export function unreachable(what: string, retryAfterMs: number, cause: unknown): AlturApiError {
  return new AlturApiError(`Altur’s API ${what}: check ALTUR_API_URL and the network, or try again later`, {
    code: 'ALTUR_UNAVAILABLE',
    retryAfterMs,
    cause,
  });
}

export function callUnknown(): AlturApiError {
  return new AlturApiError(
    'Altur’s API answered 404: it knows no call with this id; check the id, and that ALTUR_API_KEY belongs to the project that made the call',
    { code: 'ALTUR_CALL_UNKNOWN' },
  );
}

export function callUnusable(why: string): AlturApiError {
  return new AlturApiError(`Altur’s API: ${why}`, { code: 'ALTUR_CALL_UNUSABLE' });
}

/** It is gone since campaigns were listed, or its calls are not for this key. */
export function campaignUnknown(): AlturApiError {
  return new AlturApiError(
    'Altur’s API answered 404 for the calls of a campaign: it was deleted, or belongs to another project than ALTUR_API_KEY',
    { code: 'ALTUR_CAMPAIGN_UNKNOWN' },
  );
}

export function listUnreadable(why: string): AlturApiError {
  return new AlturApiError(`a list of Altur’s API cannot be read completely: ${why}`, {
    code: 'ALTUR_LIST_UNREADABLE',
  });
}
