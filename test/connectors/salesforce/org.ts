/** A connector on a simulated org, as the tests of this folder use it. */
import type {
  CallRecord,
  Connector,
  ConnectorContext,
  FieldWrite,
  Outcome,
} from '../../../connectors/connector.ts';
import { definition } from '../../../connectors/salesforce/index.ts';
import { recordingLog } from '../../recording-log.ts';
import {
  type SalesforceOptions,
  type SalesforceSimulator,
  startSalesforce,
} from '../../simulators/salesforce/salesforce.ts';
import { type MapCache, mapCache, mapLastWrites, personWithId, phone } from '../fixtures.ts';

export interface TestOrg {
  readonly salesforce: SalesforceSimulator;
  readonly connector: Connector;
  readonly personCache: MapCache;
  readonly log: ReturnType<typeof recordingLog>;
  sync(records: readonly CallRecord[], signal?: AbortSignal): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

export interface TestOrgOptions extends SalesforceOptions {
  readonly context?: Partial<ConnectorContext>;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startOrg({ context, env, ...options }: TestOrgOptions = {}): Promise<TestOrg> {
  const salesforce = await startSalesforce({ provisioned: true, ...options });
  const personCache = mapCache();
  const log = recordingLog();
  const settings = definition.settings.parse({
    SALESFORCE_LOGIN_URL: salesforce.url,
    SALESFORCE_CLIENT_ID: salesforce.settings.clientId,
    SALESFORCE_CLIENT_SECRET: salesforce.settings.clientSecret,
    ...env,
  });
  const connector = definition.create(settings, {
    policy: { onMissing: 'create', onMany: 'newest', ifEmpty: ['FirstName', 'LastName', 'Phone'] },
    personCache,
    lastWrites: mapLastWrites(),
    log,
    timeZone: 'America/Mexico_City',
    objects: ['person', 'call', 'task'],
    ...context,
  });
  return {
    salesforce,
    connector,
    personCache,
    log,
    sync: (records, signal = new AbortController().signal) => connector.sync(records, signal),
    async close() {
      await connector.close();
      await salesforce.close();
    },
  };
}

export const contacts = ({ salesforce }: TestOrg) => salesforce.records('Contact');
export const tasks = ({ salesforce }: TestOrg) => salesforce.records('Task');

export function write(
  field: string,
  value: FieldWrite['value'],
  when: FieldWrite['when'] = 'always',
): FieldWrite {
  return { field, value, when };
}

export function personFields(n: number): FieldWrite[] {
  return [
    write('FirstName', 'Sofía', 'if-empty'),
    write('LastName', `Peña ${n}`, 'if-empty'),
    write('Phone', phone(n).e164, 'if-empty'),
    write('Altur_Status__c', 'interested', 'newest'),
  ];
}

export function callFields(n: number): FieldWrite[] {
  return [write('Subject', `Call ${n}`), write('Status', 'Completed'), write('ActivityDate', '2026-11-24')];
}

export function record(n: number, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    callId: `cll_${n}`,
    endedAt: n,
    person: personWithId(n, { fields: personFields(n) }),
    call: { fields: callFields(n) },
    tasks: [],
    skippedFields: [],
    ...changes,
  };
}
