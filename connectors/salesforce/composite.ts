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

/**
 * One API request; responses by referenceId. Throws CrmError when Salesforce as a whole fails. Salesforce replaces
 * `@{…}` in any text of a composite request, and there is no way to escape it: where a person's name or a transcript
 * holds it, each subrequest is a request of its own.
 */
export async function sendComposite(
  api: CompositeApi,
  subrequests: readonly Subrequest[],
  signal?: AbortSignal,
): Promise<CompositeResponse> {
  if (subrequests.some(({ body }) => holdsReference(body))) return sendOneByOne(api, subrequests, signal);
  const { transport, version } = api;
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

/** In their order; a later one is not sent when Salesforce as a whole fails. */
async function sendOneByOne(
  { transport, version }: CompositeApi,
  subrequests: readonly Subrequest[],
  signal: AbortSignal | undefined,
): Promise<CompositeResponse> {
  const subresponses = new Map<string, Subresponse>();
  for (const { referenceId, method, path, httpHeaders, body } of subrequests) {
    const request = { method, path: rootOf(version) + path, body, headers: httpHeaders };
    subresponses.set(referenceId, await transport.send(request, signal));
  }
  return { subresponses };
}

function holdsReference(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('@{');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsReference);
}

function rootOf(version: string): string {
  return `/services/data/v${version}`;
}

interface CompositeBody {
  readonly compositeResponse?: readonly {
    readonly referenceId: string;
    readonly httpStatusCode: number;
    readonly body: unknown;
  }[];
}

function toRequest(subrequests: readonly Subrequest[], version: string): ApiRequest {
  const root = rootOf(version);
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
