/** A connector to the simulated CRM over the real engine. */
import type { ConnectorContext, CrmField, CrmSchema, FieldType } from '../../../connectors/connector.ts';
import { EngineConnector } from '../../../connectors/engine/connector.ts';
import type { CrmAdapter } from '../../../connectors/engine/crm.ts';
import { type ClientParts, SimulatedClient } from './client.ts';

const unused = (): never => {
  throw new Error('not part of the simulation');
};

export function simulatedConnector(
  parts: ClientParts,
  context: ConnectorContext,
): EngineConnector<{ fields: CrmSchema }> {
  const adapter: CrmAdapter<{ fields: CrmSchema }> = {
    name: 'simulated',
    title: 'the simulated CRM',
    batchSize: 5,
    maxInFlight: parts.nests ? 1 : 2,
    transport: { send: unused },
    readSchema: () => parts.requests.send('schema', () => ({ fields: SCHEMA }), undefined),
    prepare: async (schema) => schema,
    client: (_, { fields }) => new SimulatedClient(parts, fields),
    withKeys: (schema) => schema,
    pretend: unused,
    check: async () => [],
    fixes: { unavailable: '', rate_limited: '', unauthorized: '', rejected: '' },
    provisioner: { keys: [], obstacle: () => undefined, create: unused },
  };
  return new EngineConnector(adapter, context);
}

const FIELDS: Readonly<Record<string, FieldType>> = { tags: 'options' };

const fieldsOf = (...names: string[]): ReadonlyMap<string, CrmField> =>
  new Map(
    names.map((name) => {
      const type = FIELDS[name] ?? 'text';
      return [name, { name, label: name, type, createable: true, updateable: true }];
    }),
  );

const SCHEMA: CrmSchema = {
  person: fieldsOf('key', 'name', 'phone', 'status', 'tags'),
  call: fieldsOf('key', 'title', 'version', 'rejected'),
  task: fieldsOf('key', 'title'),
};
