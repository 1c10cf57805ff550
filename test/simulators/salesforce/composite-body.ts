/** The body of a composite request. */
import { repeated } from '../kit/unique-keys.ts';
import { ApiError } from './api-error.ts';
import { asRecord } from './columns.ts';

const MAX_SUBREQUESTS = 25;
const MAX_COLLECTIONS_AND_QUERIES = 5;

export interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
}

export function subrequestsOf(compositeRequest: unknown): Subrequest[] {
  if (!Array.isArray(compositeRequest) || compositeRequest.length === 0) {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'The request needs an array "compositeRequest"');
  }
  const subrequests = compositeRequest.map(subrequestOf);
  if (subrequests.length > MAX_SUBREQUESTS) {
    throw limitExceeded(`The request can’t contain more than ${MAX_SUBREQUESTS} operations.`);
  }
  if (subrequests.filter(isCollectionOrQuery).length > MAX_COLLECTIONS_AND_QUERIES) {
    throw limitExceeded(
      `The request can’t contain more than ${MAX_COLLECTIONS_AND_QUERIES} query or sObject Collections operations.`,
    );
  }
  if (repeated(subrequests, ({ referenceId }) => referenceId).length > 0) {
    throw new ApiError(400, 'INVALID_INPUT', 'The referenceIds of a composite request must be unique');
  }
  return subrequests;
}

function subrequestOf(given: unknown): Subrequest {
  const { method, url, referenceId, body, httpHeaders } = asRecord(given);
  if (typeof method !== 'string' || typeof url !== 'string' || typeof referenceId !== 'string') {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'A subrequest needs method, url and referenceId');
  }
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(referenceId)) {
    throw new ApiError(400, 'INVALID_INPUT', `Invalid referenceId: ${referenceId}`);
  }
  const headers = asRecord(httpHeaders ?? {}) as Record<string, string>;
  return { method: method.toUpperCase(), url, referenceId, body, httpHeaders: headers };
}

function isCollectionOrQuery({ url }: Subrequest): boolean {
  return /^\/services\/data\/v[\d.]+\/(composite\/sobjects|query|queryAll)\b/.test(url);
}

function limitExceeded(message: string): ApiError {
  return new ApiError(400, 'LIMIT_EXCEEDED', `Limit exceeded. ${message}`);
}
