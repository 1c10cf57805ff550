/** A transport that writes nothing: it notes what would be sent and answers as HubSpot would on success. */
import type { CrmRequest } from '../connector.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** `resolve`: what only reads is really sent. The requests go to `sent`, in order. */
export function rehearse(transport: Transport, resolve: boolean, sent: CrmRequest[]): Transport {
  return {
    async send(request, signal) {
      const { method, path, body, reads } = request;
      const really = method === 'GET' || (reads && resolve);
      sent.push({
        method,
        path,
        ...(body !== undefined && { body }),
        note: noteOf(request, Boolean(really)),
      });
      if (really) return transport.send(request, signal);
      return { status: 200, body: reads ? { results: [] } : succeed(request) };
    },
  };
}

function noteOf({ reads }: ApiRequest, really: boolean): string {
  if (really) return 'read-only, was sent';
  return reads ? 'only for people not seen before' : 'would be sent';
}

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

function succeed({ path, body }: ApiRequest) {
  const { inputs = [] } = body as BatchBody;
  const type = /\/(contacts|calls|tasks)\/batch\//.exec(path)?.[1]?.slice(0, -1) ?? 'record';
  const results = inputs.map(({ id, idProperty, objectWriteTraceId, properties, from, to }) => {
    if (from !== undefined) return { from, to };
    // By record id the record is there already; by key HubSpot would answer an id we cannot know.
    const known = idProperty === undefined && id !== undefined;
    return { id: known ? id : `<id of ${type} ${id ?? objectWriteTraceId}>`, properties };
  });
  return { status: 'COMPLETE', results };
}
