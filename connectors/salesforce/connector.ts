/** The Salesforce connector: the contract, kept with the plan in sync.ts. */
import type {
  CallRecord,
  Connector,
  ConnectorContext,
  CrmRequest,
  CrmSchema,
  FieldDefinition,
  Outcome,
  PersonCache,
} from '../connector.ts';
import { requireMatchFields } from '../engine/persons/resolve.ts';
import { checkOrg, requireKeys } from './doctor.ts';
import { provisionFailure } from './errors.ts';
import { provision } from './provision.ts';
import { QueryRefused } from './query.ts';
import { rehearseSync } from './rehearsal.ts';
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
  readonly maxInFlight = 1;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #context: ConnectorContext;
  readonly #personObject: string;
  readonly #relate = openRelations();
  #nests: boolean;
  #described: Promise<OrgSchema> | undefined;
  #describedAt = 0;
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

  invalidateSchema(): void {
    this.#described = undefined;
  }

  check() {
    return checkOrg(this.#transport, this.#personObject, this.#context.policy);
  }

  async provision(fields: readonly FieldDefinition[]) {
    // Who may not read the objects yet is told so by what follows.
    const there = await readSchema(this.#transport, this.#personObject).catch(() => undefined);
    const connection = await this.#session.connection();
    try {
      return await provision(connection, this.#personObject, fields, there);
    } catch (cause) {
      throw provisionFailure(cause);
    } finally {
      this.#described = undefined;
    }
  }

  async prepare(): Promise<void> {
    await this.#writable();
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { personCache } = this.#context;
    const org = {
      ...this.#org(await this.#writable()),
      personCache: ofObject(this.#personObject, personCache),
    };
    const { outcomes, refusesNesting } = await this.#orAskAnew(syncRecords(org, records, signal));
    this.#doubted = outcomes.some(
      (outcome) => outcome.status === 'synced' && outcome.skippedFields.length > 0,
    );
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
      if (error instanceof QueryRefused) this.#described = undefined;
      throw error;
    }
  }

  async dryRun(records: readonly CallRecord[], resolve: boolean): Promise<readonly CrmRequest[]> {
    return rehearseSync(this.#org(await this.#schema()), records, resolve);
  }

  async close(): Promise<void> {}

  #org(schema: OrgSchema) {
    const { policy } = this.#context;
    const personObject = this.#personObject;
    return {
      transport: this.#transport,
      schema,
      policy,
      personObject,
      nests: this.#nests,
      relate: this.#relate,
    };
  }

  /** Without its keys nothing can be written twice without being doubled: the queue waits until they are there. */
  async #writable(): Promise<OrgSchema> {
    try {
      const org = requireKeys(await this.#schema());
      requireMatchFields(org.fields.person, this.#context.policy);
      return org;
    } catch (error) {
      this.#described = undefined;
      throw error;
    }
  }

  /** Read once for all who ask at the same time; a failure is not kept. */
  #schema(): Promise<OrgSchema> {
    const keep = this.#doubted ? DOUBTED_SCHEMA_MS : SCHEMA_MS;
    if (this.#described && Date.now() < this.#describedAt + keep) return this.#described;
    const reading = readSchema(this.#transport, this.#personObject);
    this.#described = reading;
    this.#describedAt = Date.now();
    reading.catch(() => {
      if (this.#described === reading) this.#described = undefined;
    });
    return reading;
  }
}

/** A mapping that now says Contact does not want the leads of before. A lead's memory may be the contact it became. */
function ofObject(personObject: string, cache: PersonCache): PersonCache {
  if (personObject !== 'Contact') return cache;
  return {
    get: async (names) => {
      const people = await cache.get(names);
      return people.map((person) => (person?.id?.startsWith('00Q') ? undefined : person));
    },
    set: (people) => cache.set(people),
    delete: (names) => cache.delete(names),
  };
}
