import { repeated } from '../kit/unique-keys.ts';
import { ApiError } from './api-error.ts';
import { asRecord } from './columns.ts';
import { referencesIn, UnresolvedReference, withReferences } from './composite-reference.ts';
import type { Org } from './org.ts';
import { type RestRequest, type RestResponse, resource } from './rest-request.ts';

const MAX_SUBREQUESTS = 25;
const MAX_COLLECTIONS_AND_QUERIES = 5;

interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
}

interface Subresponse {
  readonly body: unknown;
  readonly httpHeaders: object;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

/**
 * Up to 25 calls, of which 5 may be collections or queries, as one API request.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm
 */
export function runComposite(
  org: Org,
  request: RestRequest,
  answer: (request: RestRequest) => RestResponse,
): { compositeResponse: Subresponse[] } {
  const { allOrNone, collateSubrequests, compositeRequest } = asRecord(request.body);
  const subrequests = checked(compositeRequest);
  const spoilt = (done: Map<string, Subresponse>) =>
    allOrNone === true && [...done.values()].some((each) => each.httpStatusCode >= 400);
  const run = () => {
    const done = new Map<string, Subresponse>();
    for (const each of inOrder(subrequests, collateSubrequests !== false)) {
      done.set(each.referenceId, subresponse(request, each, done, answer));
    }
    return done;
  };
  const done = org.transaction(run, spoilt);
  const responses = subrequests.map(({ referenceId }) => done.get(referenceId)!);
  return { compositeResponse: spoilt(done) ? responses.map(rolledBack) : responses };
}

function checked(compositeRequest: unknown): Subrequest[] {
  if (!Array.isArray(compositeRequest) || compositeRequest.length === 0) {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'The request needs an array "compositeRequest"');
  }
  const subrequests = compositeRequest.map(subrequest);
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

function subrequest(given: unknown): Subrequest {
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
  return /^\/services\/data\/v[\d.]+\/(composite\/sobjects|query)\b/.test(url);
}

/**
 * Collating means that only references fix the order: independent subrequests then run backwards here, so that
 * whoever relies on their order learns it.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/requests_composite.htm
 */
function inOrder(subrequests: readonly Subrequest[], collate: boolean): Subrequest[] {
  if (!collate) return [...subrequests];
  const ordered: Subrequest[] = [];
  const waiting = subrequests.toReversed();
  while (waiting.length > 0) {
    const missing = new Set(waiting.map((each) => each.referenceId));
    const ready = waiting.findIndex((each) =>
      referencesIn([each.url, each.body]).every((id) => !missing.has(id)),
    );
    ordered.push(...waiting.splice(Math.max(ready, 0), 1));
  }
  return ordered;
}

function subresponse(
  outer: RestRequest,
  given: Subrequest,
  done: ReadonlyMap<string, Subresponse>,
  answer: (request: RestRequest) => RestResponse,
): Subresponse {
  const { referenceId } = given;
  const { status, body } = execute(outer, given, done, answer);
  return { body: body ?? null, httpHeaders: {}, httpStatusCode: status, referenceId };
}

function execute(
  outer: RestRequest,
  given: Subrequest,
  done: ReadonlyMap<string, Subresponse>,
  answer: (request: RestRequest) => RestResponse,
): RestResponse {
  try {
    const bodies = new Map([...done].map(([id, response]) => [id, response.body]));
    const url = withReferences(given.url, bodies) as string;
    const target = resource(url);
    if (!target || (target.path[0] === 'composite' && target.path[1] !== 'sobjects')) {
      return refusal(400, 'INVALID_INPUT', `The subrequest cannot be a call of ${given.url.split('?')[0]}`);
    }
    // Nothing but authorization and content type is inherited from the outer request.
    const headers = lowerCased(given.httpHeaders);
    const body = withReferences(given.body, bodies);
    return answer({ ...target, method: given.method, headers, body, owner: outer.owner });
  } catch (error) {
    if (error instanceof UnresolvedReference) return refusal(400, 'PROCESSING_HALTED', error.message);
    throw error;
  }
}

function rolledBack(response: Subresponse): Subresponse {
  if (response.httpStatusCode >= 400) return response;
  const message = 'The transaction was rolled back since another operation in the same transaction failed.';
  const { status, body } = refusal(400, 'PROCESSING_HALTED', message);
  return { ...response, httpStatusCode: status, body };
}

function refusal(status: number, errorCode: string, message: string): RestResponse {
  return { status, body: [{ errorCode, message }] };
}

function limitExceeded(message: string): ApiError {
  return new ApiError(400, 'LIMIT_EXCEEDED', `Limit exceeded. ${message}`);
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
