/** A sync that writes nothing: notes the requests, and goes on as if the CRM had accepted them. */
import type { CallRecord, CrmRequest, MatchPolicy } from '../connector.ts';
import type { CrmAdapter, LiveSchema } from './crm.ts';
import { type ApiRequest, onlyReads, type Transport } from './http/transport.ts';
import { noCache, noLastWrites } from './persons/cache.ts';
import { CrmHealth } from './rows/crm-health.ts';
import { syncRecords } from './sync.ts';

export interface DryRun {
  readonly policy: MatchPolicy;
  /** Requests that only read are really sent. */
  readonly lookUp: boolean;
}

/** The requests of a batch, in order. */
export async function dryRun<Schema extends LiveSchema>(
  adapter: Pick<CrmAdapter<Schema>, 'transport' | 'withKeys' | 'client' | 'pretend'>,
  schema: Schema,
  records: readonly CallRecord[],
  { policy, lookUp }: DryRun,
): Promise<readonly CrmRequest[]> {
  const sent: CrmRequest[] = [];
  const transport = recordingTransport(adapter, lookUp, sent);
  const client = adapter.client(transport, adapter.withKeys(schema));
  const parts = { client, policy, cache: noCache, lastWrites: noLastWrites, health: new CrmHealth() };
  await syncRecords(parts, records);
  return sent;
}

/** For a CRM without credentials: a dry run sends nothing to it. */
export const noTransport: Transport = {
  send: async ({ method, path }) => {
    throw new Error(`${method} ${path} must not be sent without credentials`);
  },
};

function recordingTransport(
  { transport, pretend }: Pick<CrmAdapter, 'transport' | 'pretend'>,
  lookUp: boolean,
  sent: CrmRequest[],
): Transport {
  return {
    async send(request, signal) {
      const { method, path, body } = request;
      const really = lookUp && onlyReads(request);
      sent.push({ method, path, ...(body !== undefined && { body }), note: noteOf(request, really) });
      if (!really) return pretend(request);
      const response = await transport.send(request, signal);
      // A CRM that lacks our keys rejects a look-up by them: it knows nobody.
      return response.status < 400 ? response : pretend(request);
    },
  };
}

function noteOf(request: ApiRequest, really: boolean): string {
  if (really) return 'read-only, was sent';
  return onlyReads(request) ? 'only for people not seen before' : 'would be sent';
}
