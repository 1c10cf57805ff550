/** Sends requests through jsforce, with a timeout and without its retries: a POST is repeated by the queue alone. */
import type { Connection } from 'jsforce/lib/core.js';
import { CrmError } from '../connector.ts';
import { failureOf, networkFailure, unauthorized } from './errors.ts';
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

export interface Usage {
  readonly used: number;
  readonly limit: number;
}

export interface Transport {
  /**
   * One API request of up to 25 subrequests, of which 5 collections or queries; answers by referenceId.
   * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm
   * `undefined` when Salesforce refuses the request as a whole. Throws CrmError when it fails as a whole.
   */
  composite(
    subrequests: readonly Subrequest[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Subanswer> | undefined>;
  /** Of the org's daily API requests, as last told. */
  usage(): Usage | undefined;
}

/** jsforce's own default is half an hour. */
const TIMEOUT_MS = 60_000;
/** The rest of the day's requests is left to the org's other integrations. */
const MOST_USED = 0.98;
const QUOTA_PAUSE_MS = 5 * 60_000;

export function createTransport(session: Session, version: string): Transport {
  let usage: Usage | undefined;
  let probedAt = 0;

  const send = async (body: unknown, signal: AbortSignal | undefined, again: boolean): Promise<unknown> => {
    const what = 'POST /composite';
    if (signal?.aborted) throw new CrmError('transient', `${what} was not sent: shutting down`);
    const connection = await session.connection();
    try {
      return await exchange(connection, body, signal);
    } catch (cause) {
      const { errorCode, message } = cause as { errorCode?: string; message: string };
      if (errorCode === undefined) throw networkFailure(what, cause);
      if (errorCode === 'INVALID_SESSION_ID' || errorCode === 'ERROR_HTTP_401') {
        session.refused(connection);
        // A token expires in its time; one that is refused when fresh will be refused again.
        if (again) return send(body, signal, false);
        throw unauthorized('Salesforce refused a new token', cause);
      }
      const failure = failureOf(errorCode, message, what);
      if (failure) throw failure;
      return undefined;
    } finally {
      usage = connection.limitInfo?.apiUsage ?? usage;
    }
  };

  return {
    usage: () => usage,
    async composite(subrequests, signal) {
      if (usage && usage.used > usage.limit * MOST_USED) {
        // One request in a while shows whether the day has moved on.
        if (Date.now() < probedAt + QUOTA_PAUSE_MS)
          throw nearlyUsedUp(usage, probedAt + QUOTA_PAUSE_MS - Date.now());
        probedAt = Date.now();
      }
      const body = {
        allOrNone: false,
        // Tasks must follow their people; by default Salesforce may reorder.
        collateSubrequests: false,
        compositeRequest: subrequests.map(({ path, ...rest }) => ({
          ...rest,
          url: `/services/data/v${version}${path}`,
        })),
      };
      const answer = (await send(body, signal, true)) as CompositeAnswer | undefined;
      if (answer === undefined) return undefined;
      const answers = new Map<string, Subanswer>();
      for (const { referenceId, httpStatusCode, body: content } of answer.compositeResponse ?? []) {
        answers.set(referenceId, { status: httpStatusCode, body: content });
      }
      return answers;
    },
  };
}

interface CompositeAnswer {
  readonly compositeResponse?: readonly {
    readonly referenceId: string;
    readonly httpStatusCode: number;
    readonly body: unknown;
  }[];
}

function nearlyUsedUp({ used, limit }: Usage, retryAfterMs: number): CrmError {
  const share = Math.floor((used / limit) * 100);
  return new CrmError(
    'rate_limited',
    `${share} % of the org’s daily API requests are used: waiting for the day to move on`,
    {
      retryAfterMs,
    },
  );
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
