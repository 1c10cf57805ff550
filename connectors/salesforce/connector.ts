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
import { QueryRefused } from './query.ts';
import { rehearse } from './rehearsal.ts';
import { openRelations } from './related.ts';
import { type OrgSchema, readSchema } from './schema.ts';
import type { Session } from './session.ts';
import { syncRecords } from './sync.ts';
import type { Transport } from './transport.ts';

/** Field definitions change rarely; fields that had to be left out make us look sooner, but not for every batch. */
const SCHEMA_MS = 60 * 60_000;
const DOUBTED_SCHEMA_MS = 5 * 60_000;

export class SalesforceConnector implements Connector {
  readonly name = 'salesforce';
  readonly batchSize = 200;
  /** Tasks lock their person: a second writer would only wait for the first. */
  readonly flights = 1;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #context: ConnectorContext;
  readonly #personObject: string;
  readonly #relate = openRelations();
  #nests: boolean;
  #org: Promise<OrgSchema> | undefined;
  #orgReadAt = 0;
  #doubted = false;

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
    return checkOrg(this.#transport, this.#personObject, this.#context.policy);
  }

  async provision(fields: readonly FieldDefinition[]) {
    // Who may not read the objects yet is told so by what follows.
    const there = await readSchema(this.#transport, this.#personObject).catch(() => undefined);
    const changes = await provision(await this.#session.connection(), this.#personObject, fields, there);
    this.#org = undefined;
    return changes;
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const org = await this.#describe(this.#transport, this.#context.memory);
    const { outcomes, refusesNesting } = await this.#orAskAnew(syncRecords(org, records, signal));
    this.#doubted = outcomes.some((outcome) => outcome.status === 'synced' && outcome.leftOut.length > 0);
    if (refusesNesting) {
      this.#context.log.warn(
        'the org refuses tasks that name their person by key: writing in two requests from now on',
      );
      this.#nests = false;
    }
    return outcomes;
  }

  /** A query that is refused may name a field that is no longer there: the next batch goes by a new describe. */
  async #orAskAnew<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof QueryRefused) this.#org = undefined;
      throw error;
    }
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
    const personObject = this.#personObject;
    const own = ofObject(personObject, memory);
    return { transport, schema, policy, memory: own, personObject, nests: this.#nests, relate: this.#relate };
  }

  /** Read once for all who ask at the same time; a failure is not kept. */
  #schema(): Promise<OrgSchema> {
    const keep = this.#doubted ? DOUBTED_SCHEMA_MS : SCHEMA_MS;
    if (this.#org && Date.now() < this.#orgReadAt + keep) return this.#org;
    const reading = readSchema(this.#transport, this.#personObject).then(requireKeys);
    this.#org = reading;
    this.#orgReadAt = Date.now();
    reading.catch(() => {
      if (this.#org === reading) this.#org = undefined;
    });
    return reading;
  }
}

/** A mapping that now says Contact does not want the leads of before. A lead's memory may be the contact it became. */
function ofObject(personObject: string, memory: PersonMemory): PersonMemory {
  if (personObject !== 'Contact') return memory;
  const recall: PersonMemory['recall'] = async (identities) => {
    const people = await memory.recall(identities);
    return people.map((person) => (person?.id.startsWith('00Q') ? undefined : person));
  };
  return { ...memory, recall };
}

/** A rehearsal neither uses nor leaves memories. */
const forgetful: PersonMemory = {
  recall: async (identities) => identities.map(() => undefined),
  remember: async () => {},
  forget: async () => {},
};
