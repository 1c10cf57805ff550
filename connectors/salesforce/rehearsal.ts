/** A sync that writes nothing: notes what would be sent, and goes on as if Salesforce had answered with success. */
import type { CallRecord, CrmRequest } from '../connector.ts';
import { noCache } from '../engine/persons/cache.ts';
import type { Org } from './org.ts';
import { syncRecords } from './sync.ts';
import {
  compositeBody,
  compositePath,
  type Subanswer,
  type Subrequest,
  type Transport,
} from './transport.ts';

/** The requests of a batch, in order. `resolve`: what only reads is really sent. */
export async function rehearseSync(
  org: Omit<Org, 'personCache'>,
  records: readonly CallRecord[],
  resolve: boolean,
): Promise<readonly CrmRequest[]> {
  const sent: CrmRequest[] = [];
  const transport = rehearse(org.transport, resolve, sent);
  await syncRecords({ ...org, transport, personCache: noCache }, records);
  return sent;
}

/** Where there is no org to ask. */
export function nowhere(version: string): Transport {
  return {
    version,
    usage: () => undefined,
    composite: async () => {
      throw new Error('nothing must be sent in a rehearsal');
    },
  };
}

function rehearse(transport: Transport, resolve: boolean, sent: CrmRequest[]): Transport {
  const { version, usage } = transport;
  return {
    version,
    usage,
    async composite(subrequests, signal) {
      const reads = subrequests.every(({ method }) => method === 'GET');
      const note = !reads
        ? 'would be sent'
        : resolve
          ? 'read-only, was sent'
          : 'only for people not seen before';
      const body = compositeBody(subrequests, version);
      sent.push({ method: 'POST', path: compositePath(version), body, note });
      if (reads && resolve) return transport.composite(subrequests, signal);
      return new Map(subrequests.map((subrequest) => [subrequest.referenceId, succeed(subrequest)]));
    },
  };
}

function succeed({ method, body }: Subrequest): Subanswer {
  if (method === 'GET') return { status: 200, body: { records: [] } };
  const { records } = body as {
    records: readonly { readonly Id?: string; readonly attributes: { readonly type: string } }[];
  };
  return {
    status: 200,
    body: records.map(({ Id, attributes }, index) => ({
      success: true,
      id: Id ?? `<id of ${attributes.type} ${index + 1}>`,
    })),
  };
}
