/** A transport that writes nothing: it notes what would be sent and answers as Salesforce would on success. */
import type { CrmRequest } from '../connector.ts';
import type { Subanswer, Subrequest, Transport } from './transport.ts';

/** `resolve`: what only reads is really sent. The requests go to `sent`, in order. */
export function rehearse(transport: Transport, resolve: boolean, sent: CrmRequest[]): Transport {
  return {
    usage: transport.usage,
    bodyOf: transport.bodyOf,
    async composite(subrequests, signal) {
      const reads = subrequests.every(({ method }) => method === 'GET');
      const note = !reads
        ? 'would be sent'
        : resolve
          ? 'read-only, was sent'
          : 'only for people not seen before';
      sent.push({ method: 'POST', path: '/composite', body: transport.bodyOf(subrequests), note });
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
