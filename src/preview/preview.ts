/** What an event would become in the CRM under a mapping: the person, every field, the exact requests. Writes nothing. */
import {
  type CallRecord,
  type Connector,
  CrmError,
  type CrmField,
  type CrmRequest,
  type CrmSchema,
  type FieldDefinition,
  type Log,
  type MatchPolicy,
  type Person,
} from '../../connectors/connector.ts';
import { noCache, noLastWrites } from '../../connectors/engine/persons/cache.ts';
import type { CallEvent } from '../altur/event.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { overlaid, ownMapping } from '../config/effective-mapping.ts';
import type { CallAction } from '../mapping/call-filter.ts';
import { type CompiledMapping, compileMapping } from '../mapping/compile.ts';
import type { FieldExplanation } from '../mapping/explain.ts';

export interface Preview {
  /** What the mapping does with the call. */
  readonly treatment: CallAction;
  /** Who is looked for, and how; absent when the event names nobody. */
  readonly person?: Pick<Person, 'key' | 'identities'>;
  readonly policy: Pick<MatchPolicy, 'onMissing' | 'onMany'>;
  readonly fields: readonly FieldExplanation[];
  readonly requests: readonly CrmRequest[];
  /** Where the CRM's fields are known from: asked for, or supposed to be as `provision` would make them. */
  readonly schema: 'asked' | 'supposed';
  /** Why they are only supposed, where credentials were given. */
  readonly note?: string;
}

export interface Previewer {
  /** `mapping`: the text of a mapping file. `resolve`: looks the person up in the CRM. Throws MappingError, CrmError. */
  preview(event: CallEvent, mapping: string, resolve: boolean): Promise<Preview>;
  /** Throws MappingError. */
  check(mapping: string): Promise<void>;
  /** The text of the mapping file in force; empty where the default is. */
  ownMapping(): Promise<string>;
  close(): Promise<void>;
}

export function openPreviewer(config: Config, log: Log): Previewer {
  const { definition, settings } = config.connector!;
  const askers = new Map<string, Connector>();

  const connect = (policy: MatchPolicy): Connector | undefined => {
    if (settings === undefined) return undefined;
    const { timeZone } = config;
    return definition.create(settings, {
      policy,
      personCache: noCache,
      lastWrites: noLastWrites,
      log,
      timeZone,
      objects: EVERY_OBJECT,
    });
  };

  /** One connector for each kind of person keeps the CRM's fields, however often the mapping changes. */
  const askerFor = (policy: MatchPolicy): Connector | undefined => {
    const kind = policy.personObject ?? '';
    const asker = askers.get(kind) ?? connect(policy);
    if (asker) askers.set(kind, asker);
    return asker;
  };

  const findSchema = async (mapping: CompiledMapping, event: CallEvent): Promise<Found> => {
    try {
      const asked = await askerFor(mapping.policy)?.schema();
      if (asked) return { fields: asked, schema: 'asked' };
    } catch (error) {
      if (!(error instanceof CrmError) || !definition.assumed) throw error;
      return { ...suppose(mapping, event), note: error.message };
    }
    return suppose(mapping, event);
  };

  const suppose = (mapping: CompiledMapping, event: CallEvent): Found => {
    if (!definition.assumed) {
      const name = definition.name;
      throw new ConfigError(`${name} can only be previewed with its credentials: set them, see .env.example`);
    }
    const fields = definition.assumed.schema(mapping.policy);
    const wanted = [...mapping.fields, ...mapping.extractedFields(event)];
    return { fields: withSupposed(fields, wanted), schema: 'supposed' };
  };

  const requestsFor = async (
    record: CallRecord,
    { policy }: CompiledMapping,
    found: Found,
    resolve: boolean,
  ) => {
    if (found.schema === 'supposed' || !resolve) {
      const assumed = definition.assumed;
      if (assumed) return assumed.dryRun([record], found.fields, policy);
    }
    const connector = connect(policy)!;
    try {
      return await connector.dryRun([record], resolve);
    } finally {
      await connector.close();
    }
  };

  const read = (own: string) => overlaid(definition, own, config.mappingFile ?? 'mapping');

  return {
    async check(own) {
      await read(own);
    },
    async preview(event, own, resolve) {
      const mapping = compileMapping(await read(own), config);
      const found = await findSchema(mapping, event);
      const { record, callAction, fields } = mapping.explain(event, found.fields, Date.now());
      const requests = isNothing(record) ? [] : await requestsFor(record, mapping, found, resolve);
      const { person } = record;
      return {
        treatment: callAction,
        ...(person && { person: { key: person.key, identities: person.identities } }),
        policy: { onMissing: mapping.policy.onMissing, onMany: mapping.policy.onMany },
        fields,
        requests,
        schema: found.schema,
        ...(found.note !== undefined && { note: found.note }),
      };
    },
    ownMapping: () => ownMapping(config),
    async close() {
      await Promise.all([...askers.values()].map((asker) => asker.close()));
    },
  };
}

interface Found {
  readonly fields: CrmSchema;
  readonly schema: Preview['schema'];
  readonly note?: string;
}

const EVERY_OBJECT = ['person', 'call', 'task'] as const;

function isNothing({ person, call, tasks }: CallRecord): boolean {
  return !person && !call && tasks.length === 0;
}

/** With the fields that `provision` would create. */
function withSupposed(schema: CrmSchema, wanted: readonly FieldDefinition[]): CrmSchema {
  const extend = (object: FieldDefinition['object']) => {
    const missing = wanted.filter((each) => each.object === object && !schema[object].has(each.name));
    if (missing.length === 0) return schema[object];
    const fields = missing.map(({ name, label, type }): [string, CrmField] => {
      return [name, { name, label, type, createable: true, updateable: true }];
    });
    return new Map([...schema[object], ...fields]);
  };
  return { person: extend('person'), call: extend('call'), task: extend('task') };
}
