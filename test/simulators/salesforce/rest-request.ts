import { ApiError } from './api-error.ts';

/** A call of the REST API, by itself or inside a composite. */
export interface RestRequest {
  readonly method: string;
  /** `v62.0` */
  readonly version: string;
  /** The segments after the version, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** Identifies the HTTP request, which holds the row locks of all its writes. */
  readonly owner: object;
}

export interface RestResponse {
  readonly status: number;
  readonly body?: unknown;
}

const NEWEST_VERSION = 68;
const OLDEST_VERSION = 31;

/** Splits a URL under `/services/data/vXX.0`; undefined for other URLs and for versions that do not exist. */
export function resource(url: string): Pick<RestRequest, 'version' | 'path' | 'query'> | undefined {
  const { pathname, searchParams } = new URL(url, 'http://salesforce');
  const [, version, rest] = /^\/services\/data\/(v\d+\.0)(\/.*)?$/.exec(pathname) ?? [];
  if (version === undefined) return undefined;
  const number = Number.parseInt(version.slice(1), 10);
  if (number < OLDEST_VERSION || number > NEWEST_VERSION) return undefined;
  const path = (rest ?? '').split('/').filter(Boolean).map(decoded);
  return { version, path, query: searchParams };
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm */
export function versions(): object[] {
  const numbers = [NEWEST_VERSION - 6, NEWEST_VERSION - 1, NEWEST_VERSION];
  return numbers.map((number) => ({
    label: `Version ${number}`,
    url: `/services/data/v${number}.0`,
    version: `${number}.0`,
  }));
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
