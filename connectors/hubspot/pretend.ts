/** HubSpot's response to a request as if it had succeeded, for a dry run. */
import { type ApiRequest, type ApiResponse, onlyReads } from '../engine/http/transport.ts';

interface BatchBody {
  readonly inputs?: readonly {
    readonly id?: string;
    readonly idProperty?: string;
    readonly objectWriteTraceId?: string;
    readonly properties?: Readonly<Record<string, string>>;
    readonly from?: unknown;
    readonly to?: unknown;
  }[];
}

export function pretend(request: ApiRequest): ApiResponse {
  return { status: 200, body: onlyReads(request) ? { results: [] } : successOf(request) };
}

function successOf({ path, body }: ApiRequest) {
  const { inputs = [] } = body as BatchBody;
  const type = /\/(contacts|calls|tasks)\/batch\//.exec(path)?.[1]?.slice(0, -1) ?? 'record';
  const results = inputs.map(({ id, idProperty, objectWriteTraceId, properties, from, to }) => {
    if (from !== undefined) return { from, to };
    // By record id the record is there already; by key HubSpot would answer an id that is not known before.
    const isKnown = idProperty === undefined && id !== undefined;
    return {
      id: isKnown ? id : `<id of ${type} ${id ?? objectWriteTraceId}>`,
      objectWriteTraceId,
      properties,
    };
  });
  return { status: 'COMPLETE', results };
}
