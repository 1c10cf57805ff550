/** The preview of an event under a mapping: the person, every field, the exact CRM requests. Writes nothing. */
import {
  type CallRecord,
  type Connector,
  CrmError,
  type CrmRequest,
  type CrmSchema,
  type Log,
  type MatchPolicy,
  type Person,
} from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { readOverrides, withOverrides } from '../config/effective-mapping.ts';
import type { CallAction } from '../mapping/call-filter.ts';
import { type CompiledMapping, compileMapping } from '../mapping/compile.ts';
import type { FieldExplanation } from '../mapping/explain.ts';
import { withProvisionedFields } from './provisioned-fields.ts';

export interface Preview {
  /** The decision of the mapping's call filter. */
  readonly callAction: CallAction;
  /** The identities the person is looked up by; absent when the event identifies nobody. */
  readonly person?: Pick<Person, 'key' | 'identities'>;
  readonly policy: Pick<MatchPolicy, 'onMissing' | 'onMany'>;
  readonly fields: readonly FieldExplanation[];
  readonly requests: readonly CrmRequest[];
  /** `live`: read from the CRM. `assumed`: the standard fields, and those that `provision` would create. */
  readonly schema: 'live' | 'assumed';
  /** Why the schema is assumed although there are credentials. */
  readonly note?: string;
}

interface SchemaSource extends Pick<Preview, 'schema' | 'note'> {
  readonly fields: CrmSchema;
}

const EVERY_OBJECT = ['person', 'call', 'task'] as const;

export class Previewer {
  readonly #config: Config;
  readonly #chosen: NonNullable<Config['connector']>;
  readonly #log: Log;
  /** By person object: such a connector keeps the CRM's fields, however often the mapping changes. */
  readonly #schemaReaders = new Map<string, Connector>();

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#chosen = config.connector!;
    this.#log = log;
  }

  /** `overrides`: the text of a mapping file. `lookUp`: look the person up in the CRM. Throws MappingError, CrmError. */
  async preview(event: CallEvent, overrides: string, lookUp: boolean): Promise<Preview> {
    const mapping = compileMapping(await this.#mappingFile(overrides), this.#config);
    const { fields: schema, ...source } = await this.#schemaFor(mapping, event);
    const { record, callAction, fields } = mapping.explain(event, schema, Date.now());
    const { person } = record;
    return {
      callAction,
      ...(person && { person: { key: person.key, identities: person.identities } }),
      policy: { onMissing: mapping.policy.onMissing, onMany: mapping.policy.onMany },
      fields,
      requests: await this.#requestsFor(record, mapping.policy, { fields: schema, ...source }, lookUp),
      ...source,
    };
  }

  /** Throws MappingError. */
  async check(overrides: string): Promise<void> {
    await this.#mappingFile(overrides);
  }

  /** The text of MAPPING_FILE; empty where there is none. */
  overrides(): Promise<string> {
    return readOverrides(this.#config);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#schemaReaders.values()].map((connector) => connector.close()));
  }

  #mappingFile(overrides: string) {
    return withOverrides(this.#chosen.definition, overrides, this.#config.mappingFile ?? 'mapping');
  }

  async #schemaFor(mapping: CompiledMapping, event: CallEvent): Promise<SchemaSource> {
    try {
      const fields = await this.#schemaReader(mapping.policy)?.schema();
      if (fields) return { fields, schema: 'live' };
    } catch (error) {
      if (!(error instanceof CrmError) || !this.#chosen.definition.assumed) throw error;
      return { ...this.#assumedSchema(mapping, event), note: error.message };
    }
    return this.#assumedSchema(mapping, event);
  }

  #assumedSchema(mapping: CompiledMapping, event: CallEvent): SchemaSource {
    const { name, assumed } = this.#chosen.definition;
    if (!assumed) {
      throw new ConfigError(
        `${name} can only be previewed with its credentials: set them, see .env.example`,
        {
          code: 'CREDENTIALS_REQUIRED',
        },
      );
    }
    const wanted = [...mapping.fields, ...mapping.extractedFields(event)];
    return { fields: withProvisionedFields(assumed.schema(mapping.policy), wanted), schema: 'assumed' };
  }

  async #requestsFor(
    record: CallRecord,
    policy: MatchPolicy,
    { fields, schema }: SchemaSource,
    lookUp: boolean,
  ): Promise<readonly CrmRequest[]> {
    if (!record.person && !record.call && record.tasks.length === 0) return [];
    const { assumed } = this.#chosen.definition;
    if (assumed && (schema === 'assumed' || !lookUp)) return assumed.dryRun([record], fields, policy);
    const connector = this.#connect(policy)!;
    try {
      return await connector.dryRun([record], lookUp);
    } finally {
      await connector.close();
    }
  }

  #schemaReader(policy: MatchPolicy): Connector | undefined {
    const kind = (policy.personObjects ?? []).join();
    const reader = this.#schemaReaders.get(kind) ?? this.#connect(policy);
    if (reader) this.#schemaReaders.set(kind, reader);
    return reader;
  }

  /** Undefined without credentials. */
  #connect(policy: MatchPolicy): Connector | undefined {
    const { definition, settings } = this.#chosen;
    if (settings === undefined) return undefined;
    return definition.create(settings, {
      policy,
      log: this.#log,
      timeZone: this.#config.timeZone,
      objects: EVERY_OBJECT,
    });
  }
}
