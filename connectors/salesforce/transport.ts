/** Sends requests through jsforce, with a timeout and without its retries: a POST is repeated by the queue alone. */
import type { Connection } from 'jsforce/lib/core.js';
import { CrmError, type Usage } from '../connector.ts';
import { failureOf, networkFailure, unauthorized } from './errors.ts';
import { watchQuota } from './quota.ts';
import type { Session } from './session.ts';

export interface Subrequest {
  readonly referenceId: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the version: `/composite/sobjects`. */
  readonly path: string;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Subanswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Answers extends ReadonlyMap<string, Subanswer> {
  /** The code with which Salesforce refuses the request as a whole; there are no answers then. */
  readonly refused?: string;
}

export interface Transport {
  /**
   * One API request of up to 25 subrequests, of which 5 collections or queries; answers by referenceId.
   * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm
   * Throws CrmError when Salesforce as a whole fails.
   */
  composite(subrequests: readonly Subrequest[], signal?: AbortSignal): Promise<Answers>;
  /** As last told. */
  usage(): Usage | undefined;
  /** Of the API, such as `64.0`. */
  readonly version: string;
}

/** Where composite requests go. */
export const compositePath = (version: string) => `/services/data/v${version}/composite`;

/** The body of one, as it is sent. */
export function compositeBody(subrequests: readonly Subrequest[], version: string) {
  return {
    allOrNone: false,
    // Tasks must follow their people; by default Salesforce may reorder.
    collateSubrequests: false,
    compositeRequest: subrequests.map(({ path, ...rest }) => ({
      ...rest,
      url: `/services/data/v${version}${path}`,
    })),
  };
}

/** For one request: a token may be revoked the moment it is given, but not for ever. */
const MOST_SIGN_INS = 2;
/** jsforce's own default is half an hour. */
const TIMEOUT_MS = 60_000;

export function createTransport(session: Session, version: string): Transport {
  const quota = watchQuota();

  const send = async (
    body: unknown,
    signal: AbortSignal | undefined,
    signIns: number,
  ): Promise<CompositeAnswer> => {
    const what = 'POST /composite';
    if (signal?.aborted) throw new CrmError('unavailable', `${what} was not sent: shutting down`);
    const connection = await session.connection();
    try {
      const answer = (await exchange(connection, body, signal)) as CompositeAnswer;
      quota.passed();
      return answer;
    } catch (cause) {
      const { errorCode, message } = cause as { errorCode?: string; message: string };
      if (errorCode === undefined) throw networkFailure(what, cause);
      if (errorCode === 'INVALID_SESSION_ID' || errorCode === 'ERROR_HTTP_401') {
        session.refused(connection);
        // A token expires in its time; one that is refused when fresh will be refused again.
        if (signIns > 0) return send(body, signal, signIns - 1);
        throw unauthorized('Salesforce refused a new token', cause);
      }
      if (errorCode === 'NOT_FOUND') {
        const fix = `see SALESFORCE_LOGIN_URL, and SALESFORCE_API_VERSION (${version})`;
        throw new CrmError('unauthorized', `Salesforce has no such API at this address: ${fix}`, { cause });
      }
      if (errorCode === 'REQUEST_LIMIT_EXCEEDED' && !/Concurrent/i.test(message)) throw quota.exhausted();
      const failure = failureOf(errorCode, message, what);
      if (failure) throw failure;
      return { refused: errorCode };
    } finally {
      quota.told(connection.limitInfo?.apiUsage);
    }
  };

  return {
    version,
    usage: quota.usage,
    async composite(subrequests, signal) {
      quota.check();
      const answer = await send(compositeBody(subrequests, version), signal, MOST_SIGN_INS);
      if (answer?.refused !== undefined) return Object.assign(new Map(), { refused: answer.refused });
      // A page of a proxy's or of maintenance may come with 200; what became of the request is unknown then.
      if (!Array.isArray(answer?.compositeResponse))
        throw new CrmError('unavailable', 'POST /composite: the answer is not Salesforce’s');
      const answers = new Map<string, Subanswer>();
      for (const { referenceId, httpStatusCode, body: content } of answer.compositeResponse) {
        answers.set(referenceId, { status: httpStatusCode, body: content });
      }
      return answers;
    },
  };
}

interface CompositeAnswer {
  readonly refused?: string;
  readonly compositeResponse?: readonly {
    readonly referenceId: string;
    readonly httpStatusCode: number;
    readonly body: unknown;
  }[];
}

function exchange(connection: Connection, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  const request = connection.request(
    {
      method: 'POST',
      url: '/composite',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    },
    { timeout: TIMEOUT_MS, retry: { maxRetries: 0 } } as object,
  );
  if (!signal) return request;
  return new Promise((resolve, reject) => {
    const abort = () => reject(Object.assign(new Error('shutting down'), { code: 'ABORTED' }));
    signal.addEventListener('abort', abort, { once: true });
    request.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
