/** The Salesforce connector: the contract, kept with the plan in sync.ts. */
import type {
  CallRecord,
  Connector,
  ConnectorContext,
  CrmRequest,
  CrmSchema,
  FieldDefinition,
  Outcome,
} from '../connector.ts';
import { checkOrg, requireKeys } from './doctor.ts';
import { provision } from './provision.ts';
import { rehearseSync } from './rehearsal.ts';
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
  #described: Promise<OrgSchema> | undefined;
  #describedUntil = 0;

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
    this.#described = undefined;
    return changes;
  }

  async prepare(): Promise<void> {
    await this.#writable();
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const org = this.#org(await this.#writable());
    const { outcomes, refusesNesting } = await syncRecords(
      { ...org, memory: this.#context.memory },
      records,
      signal,
    );
    if (refusesNesting && this.#nests) {
      this.#context.log.warn(
        'the org refuses tasks that name their person by key: writing in two requests from now on',
      );
      this.#nests = false;
      return this.sync(records, signal);
    }
    if (outcomes.some((outcome) => outcome.status === 'synced' && outcome.leftOut.length > 0))
      this.#describedUntil = 0;
    return outcomes;
  }

  async preview(records: readonly CallRecord[], resolve: boolean): Promise<readonly CrmRequest[]> {
    return rehearseSync(this.#org(await this.#schema()), records, resolve);
  }

  async close(): Promise<void> {}

  #org(schema: OrgSchema) {
    const { policy } = this.#context;
    const personObject = this.#personObject;
    return { transport: this.#transport, schema, policy, personObject, nests: this.#nests };
  }

  /** Without its keys nothing can be written twice without being doubled: the queue waits until they are there. */
  async #writable(): Promise<OrgSchema> {
    try {
      return requireKeys(await this.#schema());
    } catch (error) {
      this.#described = undefined;
      throw error;
    }
  }

  /** Read once for all who ask at the same time; a failure is not kept. */
  #schema(): Promise<OrgSchema> {
    if (this.#described && Date.now() < this.#describedUntil) return this.#described;
    const reading = readSchema(this.#transport, this.#personObject);
    this.#described = reading;
    this.#describedUntil = Date.now() + SCHEMA_MS;
    reading.catch(() => {
      if (this.#described === reading) this.#described = undefined;
    });
    return reading;
  }
}
