/**
 * Composite requests: up to 25 subrequests, of which 5 collections or queries, for one API request.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm
 */
import { CrmError } from '../connector.ts';
import type { ApiRequest, Transport } from '../engine/http/transport.ts';
import type { SalesforceError } from './rejections.ts';

export interface Subrequest {
  readonly referenceId: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version: `/composite/sobjects`. */
  readonly path: string;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Subresponse {
  readonly status: number;
  readonly body: unknown;
}

/** Where composite requests go, and in which version. */
export interface CompositeApi {
  readonly transport: Transport;
  /** Of the API, such as `64.0`. */
  readonly version: string;
}

export type CompositeResponse =
  | { readonly subresponses: ReadonlyMap<string, Subresponse> }
  /** Salesforce rejects the request as a whole. */
  | { readonly rejected: SalesforceError };

/** One API request; responses by referenceId. Throws CrmError when Salesforce as a whole fails. */
export async function sendComposite(
  { transport, version }: CompositeApi,
  subrequests: readonly Subrequest[],
  signal?: AbortSignal,
): Promise<CompositeResponse> {
  const { status, body } = await transport.send(toRequest(subrequests, version), signal);
  if (status >= 400) return { rejected: (body as readonly SalesforceError[])[0] ?? {} };
  const { compositeResponse } = (body ?? {}) as CompositeBody;
  // A page of a proxy or of maintenance may come with 200; what became of the request is unknown then.
  if (!Array.isArray(compositeResponse)) {
    const message = 'POST /composite: the response is not Salesforce’s';
    throw new CrmError('unavailable', message, { code: 'RESPONSE_NOT_FROM_CRM' });
  }
  return {
    subresponses: new Map(
      compositeResponse.map(({ referenceId, httpStatusCode, body: content }) => {
        return [referenceId, { status: httpStatusCode, body: content }];
      }),
    ),
  };
}

interface CompositeBody {
  readonly compositeResponse?: readonly {
    readonly referenceId: string;
    readonly httpStatusCode: number;
    readonly body: unknown;
  }[];
}

function toRequest(subrequests: readonly Subrequest[], version: string): ApiRequest {
  const root = `/services/data/v${version}`;
  return {
    method: 'POST',
    path: `${root}/composite`,
    reads: subrequests.every(({ method }) => method === 'GET'),
    body: {
      allOrNone: false,
      // Tasks must follow their people; by default Salesforce may reorder.
      collateSubrequests: false,
      compositeRequest: subrequests.map(({ path, ...rest }) => ({ ...rest, url: root + path })),
    },
  };
}
