/** The HubSpot connector: the contract, kept with the plan in sync.ts. */
import {
  type CallRecord,
  type Connector,
  type ConnectorContext,
  CrmError,
  type CrmField,
  type CrmRequest,
  type CrmSchema,
  type FieldDefinition,
  type Outcome,
  type Usage,
} from '../connector.ts';
import { requireMatchFields } from '../engine/persons/resolve.ts';
import { MAX_INPUTS } from './batch.ts';
import { checkPortal } from './doctor.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { ensureKeys, provision } from './provision.ts';
import { rehearseSync } from './rehearsal.ts';
import { readSchema, type Schema } from './schema.ts';
import { withKeys } from './standard.ts';
import { syncRecords } from './sync.ts';
import type { Transport } from './transport.ts';

/** Property definitions change rarely; a refused one makes us look sooner. */
const SCHEMA_MS = 10 * 60_000;

type UsageTransport = Transport & { usage(): Usage | undefined };

export class HubSpotConnector implements Connector {
  readonly name = 'hubspot';
  readonly batchSize = MAX_INPUTS;
  readonly maxInFlight = 2;
  readonly #transport: UsageTransport;
  readonly #context: ConnectorContext;
  #portal: Promise<Schema> | undefined;
  #portalUntil = 0;
  /** The portal whose keys were found to be as they must be, and the look under way. */
  #checked: Schema | undefined;
  #checking: Promise<Schema> | undefined;
  #warned = false;

  constructor(transport: UsageTransport, context: ConnectorContext) {
    this.#transport = transport;
    this.#context = context;
  }

  usage() {
    return this.#transport.usage();
  }

  async schema(): Promise<CrmSchema> {
    return (await this.#schema()).fields;
  }

  invalidateSchema(): void {
    this.#portal = undefined;
  }

  check() {
    return checkPortal(this.#transport, this.#context.objects);
  }

  async provision(fields: readonly FieldDefinition[]) {
    const changes = await provision(this.#transport, this.#context.objects, fields);
    this.#portal = undefined;
    return changes;
  }

  async prepare(): Promise<void> {
    await this.#writable();
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { personCache, policy } = this.#context;
    const { fields, api } = await this.#writable();
    const portal = { transport: this.#transport, api, schema: fields, policy, personCache };
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

  async dryRun(records: readonly CallRecord[], resolve: boolean): Promise<readonly CrmRequest[]> {
    const { policy } = this.#context;
    const { fields, api } = await this.#schema();
    const portal = { transport: this.#transport, api, schema: withKeys(fields), policy };
    return rehearseSync(portal, records, resolve);
  }

  async close(): Promise<void> {}

  /** Read once for all who ask at the same time; a failure is not kept. */
  #schema(): Promise<Schema> {
    if (this.#portal && Date.now() < this.#portalUntil) return this.#portal;
    return this.#keep(readSchema(this.#transport, this.#context.objects));
  }

  /** The portal with our keys in it; what was created is read again. */
  async #writable(): Promise<Schema> {
    const portal = await this.#schema();
    if (portal === this.#checked) return portal;
    const read = () => this.#keep(readSchema(this.#transport, this.#context.objects));
    this.#checking ??= ensureKeys(this.#transport, this.#context, portal, read).finally(() => {
      this.#checking = undefined;
    });
    try {
      const checked = await this.#checking;
      requireMatchFields(checked.fields.person, this.#context.policy, isLookUpKey);
      this.#checked = checked;
    } catch (error) {
      // Somebody mends it in the portal: look afresh.
      this.#portal = undefined;
      throw error;
    }
    this.#warnOfPlainKeys(this.#checked);
    return this.#checked;
  }

  #keep(reading: Promise<Schema>): Promise<Schema> {
    this.#portal = reading;
    this.#portalUntil = Date.now() + SCHEMA_MS;
    reading.catch(() => {
      if (this.#portal === reading) this.#portal = undefined;
    });
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

/** HubSpot reads by unique properties; the email is one although it is not called so. */
function isLookUpKey({ name, unique }: CrmField): boolean {
  return unique === true || name === 'email';
}

/** Somebody deleted or renamed a property since we read them. */
function missesProperty(outcome: Outcome): boolean {
  return (
    outcome.status === 'synced' &&
    outcome.skippedFields.some(({ reason }) => reason.includes('PROPERTY_DOESNT_EXIST'))
  );
}
