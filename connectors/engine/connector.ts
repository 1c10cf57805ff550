/** A connector over the engine: the contract of connector.ts, kept for any CRM that has an adapter. */
import {
  type CallRecord,
  type Change,
  type Connector,
  type ConnectorContext,
  type CrmAccount,
  CrmError,
  type CrmObject,
  type CrmSchema,
  type DryRun,
  type FieldDefinition,
  type Outcome,
  type ProbeReport,
  type RecordIds,
  type RecordStates,
} from '../connector.ts';
import { addOption } from './add-option.ts';
import type { CrmAdapter, LiveSchema } from './crm.ts';
import { check } from './doctor.ts';
import { dryRun } from './dry-run.ts';
import { findCalls } from './find-calls.ts';
import { missingKey, requireKeys } from './key-fields.ts';
import { type ProbeOptions, probeLive } from './live-probe/live-probe.ts';
import { noCache, noLastWrites } from './persons/cache.ts';
import { requireMatchFields } from './persons/resolve.ts';
import { noSuchField, provision } from './provision.ts';
import { CrmHealth } from './rows/crm-health.ts';
import { SchemaCache } from './schema-cache.ts';
import { syncRecords } from './sync.ts';
import { verifyRecords } from './verify.ts';

export class EngineConnector<Schema extends LiveSchema> implements Connector {
  readonly name: string;
  readonly batchSize: number;
  readonly maxInFlight: number;
  readonly #adapter: CrmAdapter<Schema>;
  readonly #context: ConnectorContext;
  readonly #schema: SchemaCache<Schema>;
  readonly #health = new CrmHealth();
  /** The schema by which calls can be written, and the check of a new one that is under way. */
  #ready: Schema | undefined;
  #preparing: Promise<Schema> | undefined;

  readonly #probeOptions: ProbeOptions;
  #addingOption: Promise<unknown> = Promise.resolve();
  #account: Promise<CrmAccount> | undefined;
  /** Absent where the CRM does not name it. */
  readonly account?: () => Promise<CrmAccount>;

  constructor(adapter: CrmAdapter<Schema>, context: ConnectorContext, probeOptions: ProbeOptions = {}) {
    this.#probeOptions = probeOptions;
    this.name = adapter.name;
    this.batchSize = adapter.batchSize;
    this.maxInFlight = adapter.maxInFlight;
    this.#adapter = adapter;
    this.#context = context;
    this.#schema = new SchemaCache(() => adapter.readSchema(adapter.transport));
    if (adapter.readAccount) this.account = () => this.#readAccount();
  }

  usage() {
    return this.#adapter.usage?.();
  }

  async schema(): Promise<CrmSchema> {
    return (await this.#schema.get()).fields;
  }

  invalidateSchema(): void {
    this.#schema.invalidate();
  }

  check() {
    return check(this.#adapter, this.#context.policy);
  }

  obstacle(field: FieldDefinition): string | undefined {
    const obstacle = this.#adapter.provisioner.obstacle(field);
    return obstacle === 'none' ? noSuchField(this.#adapter.title) : obstacle;
  }

  async provision(fields: readonly FieldDefinition[]) {
    try {
      return await provision(this.#adapter, this.#context.objects, fields);
    } finally {
      this.#schema.invalidate();
    }
  }

  /** One after the other: lists of options are read, changed and written as a whole. */
  async addOption(object: CrmObject, field: string, option: string): Promise<Change> {
    const adding = this.#addingOption.then(() => addOption(this.#adapter, object, field, option));
    this.#addingOption = adding.catch(() => {});
    try {
      return await adding;
    } finally {
      this.#schema.invalidate();
    }
  }

  async probe(signal?: AbortSignal): Promise<ProbeReport> {
    const { probe } = this.#adapter;
    if (!probe) return { results: [], deleted: [], left: [] };
    return probeLive({ ...this.#adapter, probe }, { ...this.#probeOptions, signal });
  }

  async prepare(): Promise<void> {
    await this.#writableSchema();
  }

  async sync(records: readonly CallRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    if (records.length === 0) return [];
    const { personCache: cache = noCache, lastWrites = noLastWrites, policy } = this.#context;
    const client = this.#adapter.client(this.#adapter.transport, await this.#writableSchema());
    try {
      const synced = await syncRecords(
        { client, policy, cache, lastWrites, health: this.#health },
        records,
        signal,
      );
      if (synced.schemaIsOutdated) this.#schema.invalidate();
      this.#schema.doubt(synced.outcomes.some(skipsFields));
      return synced.outcomes;
    } catch (error) {
      if (error instanceof CrmError && mayBeOutdated(error)) this.#schema.invalidate();
      throw error;
    }
  }

  async verify(calls: readonly RecordIds[], signal?: AbortSignal): Promise<readonly RecordStates[]> {
    if (calls.length === 0) return [];
    const client = this.#adapter.client(this.#adapter.transport, await this.#schema.get());
    return verifyRecords(client, calls, signal);
  }

  async findCalls(
    callIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (string | undefined)[]> {
    if (callIds.length === 0) return [];
    const { title: crm, provisioner, transport } = this.#adapter;
    const keys = { crm, keys: provisioner.keys, objects: ['call'] as const };
    const schema = await this.#schema.get();
    // A field that was created since is no reason to say that nothing is there.
    const usable = missingKey(keys, schema) ? requireKeys(keys, await this.#schema.refresh()) : schema;
    return findCalls(this.#adapter.client(transport, usable), callIds, signal);
  }

  async dryRun(records: readonly CallRecord[], lookUp: boolean): Promise<DryRun> {
    const { policy, lastWrites } = this.#context;
    return dryRun(this.#adapter, await this.#schema.get(), records, { policy, lookUp, lastWrites });
  }

  async close(): Promise<void> {}

  /** Read once; a failure is not kept. */
  #readAccount(): Promise<CrmAccount> {
    this.#account ??= this.#adapter.readAccount!().catch((error: unknown) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  /** A schema by which calls can be written, checked once; the keys may be created for it. */
  async #writableSchema(): Promise<Schema> {
    const schema = await this.#schema.get();
    if (schema === this.#ready) return schema;
    this.#preparing ??= this.#prepare(schema).finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  async #prepare(schema: Schema): Promise<Schema> {
    const { policy } = this.#context;
    try {
      const ready = await this.#adapter.prepare(schema, () => this.#schema.refresh());
      requireMatchFields(ready.fields.person, policy, this.#adapter.isLookUpKey);
      this.#ready = ready;
      return ready;
    } catch (error) {
      // A person fixes it in the CRM: the next try reads again.
      this.#schema.invalidate();
      throw error;
    }
  }
}

function skipsFields(outcome: Outcome): boolean {
  return outcome.status === 'synced' && outcome.skippedFields.length > 0;
}

/** Permissions, or a field that is no longer there, may be behind it. */
function mayBeOutdated({ kind, code }: CrmError): boolean {
  return kind === 'unauthorized' || code === 'LOOKUP_REJECTED';
}
