/** A sync that writes nothing: notes the requests, and goes on as if the CRM had accepted them. */
import type {
  CallRecord,
  CrmRequest,
  DryRun,
  LastWrites,
  LookedUpPerson,
  MatchPolicy,
  Person,
} from '../connector.ts';
import type { CrmAdapter, CrmClient, LiveSchema } from './crm.ts';
import { type ApiRequest, onlyReads, type Transport } from './http/transport.ts';
import { fitKey } from './keys.ts';
import { noCache, noLastWrites } from './persons/cache.ts';
import { lookedUpPerson } from './persons/looked-up-person.ts';
import type { PersonMatch } from './persons/match.ts';
import { CrmHealth } from './rows/crm-health.ts';
import { syncRecords } from './sync.ts';

export interface DryRunOptions {
  readonly policy: MatchPolicy;
  /** Requests that only read are really sent. */
  readonly lookUp: boolean;
  /** Earlier writes; only read. */
  readonly lastWrites?: LastWrites | undefined;
}

/** The parts of an adapter that a dry run needs. */
export type DryRunAdapter<Schema extends LiveSchema> = Pick<
  CrmAdapter<Schema>,
  'transport' | 'withKeys' | 'client' | 'pretend'
>;

interface MatchedPerson {
  readonly person: Person;
  readonly match: PersonMatch;
}

export async function dryRun<Schema extends LiveSchema>(
  adapter: DryRunAdapter<Schema>,
  schema: Schema,
  records: readonly CallRecord[],
  { policy, lookUp, lastWrites = noLastWrites }: DryRunOptions,
): Promise<DryRun> {
  const requests: CrmRequest[] = [];
  const matched = new Map<string, MatchedPerson>();
  const transport = recordingTransport(adapter, lookUp, requests);
  const parts = {
    client: adapter.client(transport, adapter.withKeys(schema)),
    policy,
    cache: noCache,
    lastWrites: { ...noLastWrites, get: (names: readonly string[]) => lastWrites.get(names) },
    health: new CrmHealth(),
    observeMatch: (person: Person, match: PersonMatch) => void matched.set(person.key, { person, match }),
  };
  await syncRecords(parts, records);
  if (!lookUp) return { requests };
  const reader = adapter.client(adapter.transport, adapter.withKeys(schema));
  const people = await lookedUpPeople(reader, [...matched.values()]);
  const keyField = reader.schema.person.get(reader.keyFields.person);
  return {
    requests,
    people: records.map(({ person }) => person && people.get(fitKey(person.key, keyField))),
  };
}

/** By person key. What the look-up of a sync does not ask for is read besides: it is no request of the sync. */
async function lookedUpPeople(
  client: CrmClient,
  matched: readonly MatchedPerson[],
): Promise<ReadonlyMap<string, LookedUpPerson>> {
  const found = matched.flatMap(({ match }) => match.id ?? []);
  const named = matched.flatMap(({ person }) => person.fields.map(({ field }) => field));
  const fields = [...new Set(named)].filter((field) => client.schema.person.has(field));
  const records = found.length === 0 ? [] : await client.readPeople([...new Set(found)], fields);
  const valuesOf = (id: string) => {
    const values = records.find((each) => each.id === id || each.formerIds?.includes(id))?.values;
    return new Map(fields.flatMap((field) => (values?.has(field) ? [[field, values.get(field)!]] : [])));
  };
  return new Map(
    matched.map((each) => {
      const { id } = each.match;
      return [each.person.key, lookedUpPerson(client, each, id === undefined ? new Map() : valuesOf(id))];
    }),
  );
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
