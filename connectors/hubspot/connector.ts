/** The HubSpot connector: the contract, kept with the plan in sync.ts. */
import {
  type CallRecord,
  type Connector,
  type ConnectorContext,
  CrmError,
  type CrmRequest,
  type CrmSchema,
  type FieldDefinition,
  type Outcome,
  type PersonMemory,
} from '../connector.ts';
import { MAX_INPUTS } from './batch.ts';
import { checkPortal } from './doctor.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { ensureKeys, provision } from './provision.ts';
import { rehearse } from './rehearsal.ts';
import { readSchema, type Schema } from './schema.ts';
import { syncRecords } from './sync.ts';
import type { Transport, Usage } from './transport.ts';

/** Property definitions change rarely; a refused one makes us look sooner. */
const SCHEMA_MS = 10 * 60_000;

type UsageTransport = Transport & { usage(): Usage | undefined };

export class HubSpotConnector implements Connector {
  readonly name = 'hubspot';
  readonly batchSize = MAX_INPUTS;
  readonly flights = 2;
  readonly #transport: UsageTransport;
  readonly #context: ConnectorContext;
  #portal: Promise<Schema> | undefined;
  #portalUntil = 0;
  #warned = false;

  constructor(transport: UsageTransport, context: ConnectorContext) {
    this.#transport = transport;
    this.#context = context;
    if (context.policy.associate?.includes('opportunity')) {
      context.log.warn(
        'match.associate: opportunity is for Salesforce; in HubSpot calls are linked to contacts, and to their companies with `company`',
      );
    }
  }

  usage() {
    return this.#transport.usage();
  }

  async schema(): Promise<CrmSchema> {
    return (await this.#schema()).fields;
  }

  check() {
    return checkPortal(this.#transport, this.#context.objects);
  }

  async provision(fields: readonly FieldDefinition[]) {
    const changes = await provision(this.#transport, this.#context.objects, fields);
    this.#portal = undefined;
    return changes;
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { memory, policy } = this.#context;
    const { fields, api } = await this.#schema();
    const portal = { transport: this.#transport, api, schema: fields, policy, memory };
    try {
      const outcomes = await syncRecords(portal, records, signal);
      if (outcomes.some(missesProperty)) this.#portal = undefined;
      return outcomes;
    } catch (error) {
      // Somebody mends the token, the scopes or the keys: look at the portal afresh.
      if (error instanceof CrmError && error.kind === 'unauthorized') this.#portal = undefined;
      throw error;
    }
  }

  async preview(records: readonly CallRecord[], resolve: boolean): Promise<readonly CrmRequest[]> {
    const { policy } = this.#context;
    const { fields, api } = await this.#schema();
    const sent: CrmRequest[] = [];
    const transport = rehearse(this.#transport, resolve, sent);
    await syncRecords({ transport, api, schema: fields, policy, memory: forgetful }, records);
    return sent;
  }

  async close(): Promise<void> {}

  /** Read once for all who ask at the same time; a failure is not kept. */
  #schema(): Promise<Schema> {
    if (this.#portal && Date.now() < this.#portalUntil) return this.#portal;
    const { objects } = this.#context;
    const reading = ensureKeys(this.#transport, this.#context, () => readSchema(this.#transport, objects));
    this.#portal = reading;
    this.#portalUntil = Date.now() + SCHEMA_MS;
    reading.then(
      (portal) => this.#warnOfPlainKeys(portal),
      () => {
        if (this.#portal === reading) this.#portal = undefined;
      },
    );
    return reading;
  }

  #warnOfPlainKeys({ fields }: Schema): void {
    const { objects, log } = this.#context;
    const plain = objects.filter((object) => !fields[object].get(KEY_PROPERTIES[object].name)?.unique);
    if (this.#warned || plain.length === 0) return;
    this.#warned = true;
    log.warn('HubSpot keeps these keys not unique: records are searched for before they are created', {
      properties: plain.map((object) => `${OBJECT_TYPES[object]}.${KEY_PROPERTIES[object].name}`),
    });
  }
}

/** Somebody deleted or renamed a property since we read them. */
function missesProperty(outcome: Outcome): boolean {
  return (
    outcome.status === 'synced' &&
    outcome.leftOut.some(({ reason }) => reason.includes('PROPERTY_DOESNT_EXIST'))
  );
}

/** A rehearsal neither uses nor leaves memories. */
const forgetful: PersonMemory = {
  recall: async (identities) => identities.map(() => undefined),
  remember: async () => {},
  forget: async () => {},
};
