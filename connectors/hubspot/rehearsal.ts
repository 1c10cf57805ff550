/** A sync that writes nothing: notes what would be sent, and goes on as if HubSpot had answered with success. */
import type { CallRecord, CrmRequest } from '../connector.ts';
import { noCache } from '../engine/persons/cache.ts';
import { type Portal, syncRecords } from './sync.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** The requests of a batch, in order. `resolve`: what only reads is really sent. */
export async function rehearseSync(
  portal: Omit<Portal, 'personCache'>,
  records: readonly CallRecord[],
  resolve: boolean,
): Promise<readonly CrmRequest[]> {
  const sent: CrmRequest[] = [];
  const transport = rehearse(portal.transport, resolve, sent);
  await syncRecords({ ...portal, transport, personCache: noCache }, records);
  return sent;
}

/** Where there is no portal to ask. */
export const nowhere: Transport = {
  send: async ({ method, path }) => {
    throw new Error(`${method} ${path} must not be sent in a rehearsal`);
  },
};

function rehearse(transport: Transport, resolve: boolean, sent: CrmRequest[]): Transport {
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
      if (really) {
        const answer = await transport.send(request, signal);
        // A portal that lacks our keys knows nobody by them.
        if (!reads || answer.status < 400) return answer;
      }
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
