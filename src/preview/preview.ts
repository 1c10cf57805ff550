/** The preview of an event under a mapping: the person, every field, the exact CRM requests. Writes nothing. */
import {
  type CallRecord,
  type Connector,
  type CrmAccount,
  CrmError,
  type CrmRequest,
  type CrmSchema,
  type DryRun,
  type LastWrites,
  type Log,
  type MatchPolicy,
} from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { mappingSettings } from '../config/effective-mapping.ts';
import { readOverrides } from '../config/mapping-file.ts';
import { withOverrides } from '../config/overridden-mapping.ts';
import type { CallAction } from '../mapping/call-filter.ts';
import { type CompiledMapping, compileMapping } from '../mapping/compile.ts';
import { KnownLastWrites } from './known-last-writes.ts';
import { type PersonPreview, personPreview } from './person-preview.ts';
import { type PreviewField, previewFields } from './preview-field.ts';
import { withProvisionedFields } from './provisioned-fields.ts';

export interface Preview {
  /** The decision of the mapping's call filter. */
  readonly callAction: CallAction;
  /** Absent when the event identifies nobody. */
  readonly person?: PersonPreview;
  readonly policy: Pick<MatchPolicy, 'onMissing' | 'onMany'>;
  readonly fields: readonly PreviewField[];
  readonly requests: readonly CrmRequest[];
  /** `live`: read from the CRM. `assumed`: the standard fields, and those that `provision` would create. */
  readonly schema: 'live' | 'assumed';
  /** Why the schema is assumed although there are credentials. */
  readonly note?: string;
  /** The portal or org, where people were looked up. */
  readonly account?: CrmAccount;
  /** People were looked up, and it is known which of their fields a later call has written. */
  readonly knowsLaterCalls?: boolean;
}

interface SchemaSource extends Pick<Preview, 'schema' | 'note'> {
  readonly fields: CrmSchema;
}

const EVERY_OBJECT = ['person', 'call', 'task'] as const;

export class Previewer {
  readonly #config: Config;
  readonly #chosen: NonNullable<Config['connector']>;
  readonly #log: Log;
  readonly #lastWrites: LastWrites | undefined;
  /** By person object: such a connector keeps the CRM's fields, however often the mapping changes. */
  readonly #schemaReaders = new Map<string, Connector>();

  /** `lastWrites`: which fields later calls have written, where that is known. */
  constructor(config: Config, log: Log, lastWrites?: LastWrites) {
    this.#config = config;
    this.#chosen = config.connector!;
    this.#log = log;
    this.#lastWrites = lastWrites;
  }

  /** `overrides`: the text of a mapping file. `lookUp`: look the person up in the CRM. Throws MappingError, CrmError. */
  async preview(event: CallEvent, overrides: string, lookUp: boolean): Promise<Preview> {
    const mapping = compileMapping(await this.#mappingFile(overrides), mappingSettings(this.#config));
    const { fields: schema, ...source } = await this.#schemaFor(mapping, event);
    const { policy } = mapping;
    const { record, callAction, fields } = mapping.explain(event, schema, Date.now());
    const lastWrites = new KnownLastWrites(this.#lastWrites);
    const assumed = source.schema === 'assumed' || !lookUp ? schema : undefined;
    const { requests, people } = await this.#dryRun(record, policy, assumed, lastWrites);
    const account = people && (await this.#account(policy));
    const { person } = record;
    return {
      callAction,
      ...(person && { person: personPreview(person, people?.[0], this.#chosen.definition, account) }),
      policy: { onMissing: policy.onMissing, onMany: policy.onMany },
      fields: previewFields(fields, schema, people?.[0]),
      requests,
      ...(account && { account }),
      ...(people && { knowsLaterCalls: lastWrites.isKnown }),
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

  /** `assumed`: the fields by which requests are made up; people are looked up without. */
  async #dryRun(
    record: CallRecord,
    policy: MatchPolicy,
    assumed: CrmSchema | undefined,
    lastWrites: LastWrites,
  ): Promise<DryRun> {
    if (!record.person && !record.call && record.tasks.length === 0) return { requests: [] };
    const { definition } = this.#chosen;
    if (assumed && definition.assumed) return definition.assumed.dryRun([record], assumed, policy);
    const connector = this.#connect(policy, lastWrites)!;
    try {
      return await connector.dryRun([record], assumed === undefined);
    } finally {
      await connector.close();
    }
  }

  /** Links are left out where the CRM does not say whose it is. */
  async #account(policy: MatchPolicy): Promise<CrmAccount | undefined> {
    try {
      return await this.#schemaReader(policy)?.account?.();
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      this.#log.warn('the CRM does not say which account this is: previews have no links', { error });
      return undefined;
    }
  }

  #schemaReader(policy: MatchPolicy): Connector | undefined {
    const kind = (policy.personObjects ?? []).join();
    const reader = this.#schemaReaders.get(kind) ?? this.#connect(policy);
    if (reader) this.#schemaReaders.set(kind, reader);
    return reader;
  }

  /** Undefined without credentials. */
  #connect(policy: MatchPolicy, lastWrites?: LastWrites): Connector | undefined {
    const { definition, settings } = this.#chosen;
    if (settings === undefined) return undefined;
    return definition.create(settings, {
      policy,
      ...(lastWrites && { lastWrites }),
      log: this.#log,
      timeZone: this.#config.timeZone,
      objects: EVERY_OBJECT,
    });
  }
}
