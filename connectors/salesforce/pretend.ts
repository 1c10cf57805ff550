/** Salesforce's response to a composite request as if it had succeeded, for a dry run. */
import type { ApiRequest, ApiResponse } from '../engine/http/transport.ts';

interface CompositeRequest {
  readonly compositeRequest: readonly {
    readonly referenceId: string;
    readonly method: string;
    readonly body?: {
      readonly records: readonly { readonly Id?: string; readonly attributes: { readonly type: string } }[];
    };
  }[];
}

export function pretend({ body }: ApiRequest): ApiResponse {
  const { compositeRequest } = body as CompositeRequest;
  const compositeResponse = compositeRequest.map(({ referenceId, method, body: content }) => {
    const found = { records: [] };
    const written = content?.records.map(({ Id, attributes }, index) => ({
      success: true,
      // The id of a new record is not known before.
      id: Id ?? `<id of ${attributes.type} ${index + 1}>`,
    }));
    return { referenceId, httpStatusCode: 200, body: method === 'GET' ? found : written };
  });
  return { status: 200, body: { compositeResponse } };
}
