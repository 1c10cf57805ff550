import { asRecord } from './columns.ts';
import { type Subrequest, subrequestsOf } from './composite-body.ts';
import { referencesIn, UnresolvedReference, withReferences } from './composite-reference.ts';
import type { Org } from './org.ts';
import { type RestRequest, type RestResponse, resource } from './rest-request.ts';

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
  const subrequests = subrequestsOf(compositeRequest);
  const mustRollBack = (done: Map<string, Subresponse>) =>
    allOrNone === true && [...done.values()].some((each) => each.httpStatusCode >= 400);
  const run = () => {
    const done = new Map<string, Subresponse>();
    for (const each of inOrder(subrequests, collateSubrequests !== false)) {
      const { status, body = null } = execute(request, each, done, answer);
      const { referenceId } = each;
      done.set(referenceId, { body, httpHeaders: {}, httpStatusCode: status, referenceId });
    }
    return done;
  };
  const done = org.transactions.run(run, mustRollBack);
  const responses = subrequests.map(({ referenceId }) => done.get(referenceId)!);
  return { compositeResponse: mustRollBack(done) ? responses.map(rolledBack) : responses };
}

/**
 * When subrequests are collated, only references fix their order. Independent ones run backwards here, so that a
 * client that relies on their order fails.
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
    // A subrequest inherits only authorization and content type from the outer request.
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

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
