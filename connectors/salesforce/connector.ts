/** The Salesforce connector: the contract, kept with the plan in sync.ts. */
import type {
  CallRecord,
  Connector,
  ConnectorContext,
  CrmRequest,
  CrmSchema,
  FieldDefinition,
  Outcome,
  PersonMemory,
} from '../connector.ts';
import { checkOrg, requireKeys } from './doctor.ts';
import type { Org } from './org.ts';
import { provision } from './provision.ts';
import { rehearse } from './rehearsal.ts';
import { type OrgSchema, readSchema } from './schema.ts';
import type { Session } from './session.ts';
import { syncRecords } from './sync.ts';
import type { Transport } from './transport.ts';

/** Field definitions change rarely; a refused one makes us look sooner. */
const SCHEMA_MS = 60 * 60_000;

export class SalesforceConnector implements Connector {
  readonly name = 'salesforce';
  readonly batchSize = 200;
  /** Tasks lock their person: a second writer would only wait for the first. */
  readonly flights = 1;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #context: ConnectorContext;
  readonly #personObject: string;
  #nests: boolean;
  #org: Promise<OrgSchema> | undefined;
  #orgUntil = 0;

  constructor(session: Session, transport: Transport, nests: boolean, context: ConnectorContext) {
    this.#session = session;
    this.#transport = transport;
    this.#context = context;
    this.#nests = nests;
    this.#personObject = context.policy.personObject ?? 'Contact';
  }

  usage() {
    return this.#transport.usage();
  }

  async schema(): Promise<CrmSchema> {
    return (await this.#schema()).fields;
  }

  check() {
    return checkOrg(this.#transport, this.#personObject);
  }

  async provision(fields: readonly FieldDefinition[]) {
    const changes = await provision(await this.#session.connection(), this.#personObject, fields);
    this.#org = undefined;
    return changes;
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const org = await this.#describe(this.#transport, this.#context.memory);
    const { outcomes, refusesNesting } = await syncRecords(org, records, signal);
    if (refusesNesting && this.#nests) {
      this.#context.log.warn(
        'the org refuses tasks that name their person by key: writing in two requests from now on',
      );
      this.#nests = false;
      return this.sync(records, signal);
    }
    if (outcomes.some((outcome) => outcome.status === 'synced' && outcome.leftOut.length > 0))
      this.#orgUntil = 0;
    return outcomes;
  }

  async preview(records: readonly CallRecord[], resolve: boolean): Promise<readonly CrmRequest[]> {
    const sent: CrmRequest[] = [];
    const transport = rehearse(this.#transport, resolve, sent);
    await syncRecords(await this.#describe(transport, forgetful), records);
    return sent;
  }

  async close(): Promise<void> {}

  async #describe(transport: Transport, memory: PersonMemory): Promise<Org> {
    const schema = await this.#schema();
    const { policy } = this.#context;
    return { transport, schema, policy, memory, personObject: this.#personObject, nests: this.#nests };
  }

  /** Read once for all who ask at the same time; a failure is not kept. */
  #schema(): Promise<OrgSchema> {
    if (this.#org && Date.now() < this.#orgUntil) return this.#org;
    const reading = readSchema(this.#transport, this.#personObject).then(requireKeys);
    this.#org = reading;
    this.#orgUntil = Date.now() + SCHEMA_MS;
    reading.catch(() => {
      if (this.#org === reading) this.#org = undefined;
    });
    return reading;
  }
}

/** A rehearsal neither uses nor leaves memories. */
const forgetful: PersonMemory = {
  recall: async (identities) => identities.map(() => undefined),
  remember: async () => {},
  forget: async () => {},
};
