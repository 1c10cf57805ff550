import { ApiError } from './api-error.ts';

/** A call of the REST API, on its own or inside a composite. */
export interface RestRequest {
  readonly method: string;
  /** `v62.0` */
  readonly version: string;
  /** What follows the version, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The HTTP request that all its writes belong to. */
  readonly owner: object;
}

export interface RestResponse {
  readonly status: number;
  readonly body?: unknown;
}

export const NEWEST_VERSION = 68;
const OLDEST_VERSION = 31;

/** Takes a URL under `/services/data/vXX.0` apart; undefined when it is none, or of a version never released. */
export function resource(url: string): Pick<RestRequest, 'version' | 'path' | 'query'> | undefined {
  const { pathname, searchParams } = new URL(url, 'http://salesforce');
  const [, version, rest] = /^\/services\/data\/(v\d+\.0)(\/.*)?$/.exec(pathname) ?? [];
  if (version === undefined) return undefined;
  const number = Number.parseInt(version.slice(1), 10);
  if (number < OLDEST_VERSION || number > NEWEST_VERSION) return undefined;
  const path = (rest ?? '').split('/').filter(Boolean).map(decoded);
  return { version, path, query: searchParams };
}

export function methodNotAllowed(method: string): ApiError {
  return new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed.`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, 'INVALID_INPUT', 'The URL is not correctly percent-encoded');
  }
}
