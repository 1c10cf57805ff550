/** How the engine sends requests: one interface for all CRMs, so that a dry run can stand in for the network. */

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Absolute path on the CRM's host. */
  readonly path: string;
  readonly body?: unknown;
  /** Beside those of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Changes nothing in the CRM, although it may be a POST. A GET always reads. */
  readonly reads?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  /** Parsed JSON; undefined when the body is empty or not JSON. */
  readonly body: unknown;
}

export interface Transport {
  /**
   * Resolves with 2xx, and with the 4xx that are about the content of the request. Throws CrmError for everything
   * about the CRM as a whole: network, timeout, 5xx, quota, credentials.
   */
  send(request: ApiRequest, signal?: AbortSignal): Promise<ApiResponse>;
}

/** The request in messages: `GET /persons/search`. The query is omitted: it may hold names and numbers. */
export function requestName({ method, path }: ApiRequest): string {
  return `${method} ${path.split('?')[0]}`;
}

export function onlyReads({ method, reads }: ApiRequest): boolean {
  return method === 'GET' || reads === true;
}
