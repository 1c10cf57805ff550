/** Writes nothing: logs the records it would write, so that a mapping can be tried on real traffic. */
import { z } from 'zod';
import type {
  CallRecord,
  Connector,
  ConnectorDefinition,
  CrmField,
  CrmFields,
  CrmRequest,
  CrmSchema,
  FieldWrite,
} from '../connector.ts';

export const definition: ConnectorDefinition = {
  name: 'preview',
  settings: z.object({}),
  mappingFile: new URL('../hubspot/mapping.yaml', import.meta.url),
  matchOptions: {
    personObjects: ['Contact', 'Lead'],
    associations: ['company', 'opportunity'],
    assignmentRules: true,
  },
  assumed: {
    schema: () => ANYTHING,
    dryRun: async (records) => ({ requests: records.map(toRequest) }),
  },
  create: (_, { log }): Connector => ({
    name: 'preview',
    batchSize: 100,
    maxInFlight: 1,
    schema: async () => ANYTHING,
    check: async () => [{ level: 'ok', subject: 'preview', message: 'nothing is written to any CRM' }],
    provision: async () => [],
    prepare: async () => {},
    async sync(records) {
      for (const record of records) {
        log.info('call would be written', { callId: record.callId, fields: namesOf(record) });
      }
      return records.map(({ skippedFields }) => ({
        status: 'synced',
        records: {},
        skippedFields,
        note: 'previewed only',
      }));
    },
    dryRun: async (records) => ({ requests: records.map(toRequest) }),
    close: async () => {},
  }),
};

/** A CRM that has every field there could be. */
class Everything extends Map<string, CrmField> {
  override has(): boolean {
    return true;
  }

  override get(name: string): CrmField {
    return { name, label: name, type: 'text', createable: true, updateable: true };
  }
}

const EVERYTHING: CrmFields = new Everything();
const ANYTHING: CrmSchema = { person: EVERYTHING, call: EVERYTHING, task: EVERYTHING };

/** Names only: the log never holds what was said or promised. */
function namesOf({ person, call, tasks }: CallRecord) {
  const names = (fields: readonly FieldWrite[] = []) => fields.map(({ field }) => field);
  return {
    person: names(person?.fields),
    call: names(call?.fields),
    tasks: tasks.map(({ fields }) => names(fields)),
  };
}

function toRequest({ callId, person, call, tasks }: CallRecord): CrmRequest {
  const values = (fields: readonly FieldWrite[] = []) => {
    return Object.fromEntries(fields.map(({ field, value }) => [field, value]));
  };
  const body = {
    person: person && { key: person.key, fields: values(person.fields) },
    call: call && { key: callId, fields: values(call.fields) },
    tasks: tasks.map(({ key, fields }) => ({ key, fields: values(fields) })),
  };
  return { method: 'NONE', path: 'nothing is sent', body };
}
