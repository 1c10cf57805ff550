import { exchangeCheck, without } from '../kit/exchange-check.ts';
import { type ScriptedServer, startScriptedServer } from '../kit/scripted-server.ts';
import { ApiUsage } from './api-usage.ts';
import { controls } from './controls.ts';
import { Endpoint } from './endpoint.ts';
import { type Field, type FieldType, field } from './field.ts';
import type { Access } from './field-access.ts';
import { OAuth } from './oauth.ts';
import { Org } from './org.ts';
import type { RecordFault } from './record-faults.ts';
import type { Row } from './row.ts';
import { convertLead, merge, type Seed, seed } from './seed.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { TASK_STATUSES, type TaskStatus } from './task-fields.ts';

export interface SalesforceOptions {
  readonly port?: number;
  /** The org starts with the connector's fields, visible to the user. */
  readonly provisioned?: boolean;
  readonly taskStatuses?: readonly TaskStatus[];
  /** Queries may be wrong on purpose: they are not checked. */
  readonly unchecked?: 'requests';
  readonly settings?: Partial<Settings>;
}

/**
 * A simulated Salesforce org. It stores records and validates requests as Salesforce's documentation and recorded
 * responses describe. `controls.ts` lists the requests by which another process drives it.
 */
export interface SalesforceSimulator extends ScriptedServer {
  /** May be changed at any time. */
  readonly settings: Settings;
  /** API requests counted against the daily limit, without those of `usedByOthers`. */
  readonly apiRequests: number;
  readonly tokenRequests: number;
  /** Leads and accounts on whose writes the assignment rules ran. */
  readonly autoAssigned: readonly string[];
  /** Records that are not deleted, oldest first. */
  records(object: string): Row[];
  /** Returns the ids of the new records by object, in order. */
  seed(records: Seed): Record<string, string[]>;
  remove(object: string, id: string): void;
  /** As Salesforce does to tasks over a year old. */
  archive(taskId: string): void;
  /** Returns the id of the contact. */
  convertLead(id: string): string;
  merge(object: string, id: string, intoId: string): void;
  addField(object: string, name: string, type: FieldType): Field;
  /** How a field is described from now on: encrypted, for example. */
  changeField(object: string, field: string, changes: Partial<Field>): void;
  setFieldAccess(object: string, field: string, access: Access): void;
  failRecord(fault: RecordFault): void;
  /** Records are accepted again. */
  clearRecordFaults(): void;
  expireTokens(): void;
  /** API requests that other integrations of the org have used today. */
  usedByOthers(requests: number): void;
}

export async function startSalesforce(options: SalesforceOptions = {}): Promise<SalesforceSimulator> {
  const { port = 0, provisioned = false, taskStatuses = TASK_STATUSES, unchecked } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const org = new Org(settings, taskStatuses, provisioned);
  const usage = new ApiUsage(settings);
  const oauth = new OAuth(settings, org.id, org.userId);
  const endpoint = new Endpoint(org, oauth, usage, () => server.url);
  const check = await exchangeCheck('salesforce', { namesOf: (object) => namesOf(org, object) });
  const server: ScriptedServer = await startScriptedServer((request) => endpoint.handle(request), {
    port,
    controls: controls(org, usage, oauth),
    check: check && without(check, unchecked),
  });

  return {
    ...server,
    settings,
    autoAssigned: org.autoAssigned,
    get apiRequests() {
      return usage.used - usage.usedByOthers;
    },
    get tokenRequests() {
      return oauth.requests;
    },
    records: (object) => org.table(object).list(),
    seed: (records) => seed(org, records),
    remove: (object, id) => org.remove(object, org.table(object).get(id)!),
    archive: (id) => {
      org.change('Task', org.table('Task').get(id)!, { IsArchived: true });
    },
    convertLead: (id) => convertLead(org, id).Id,
    merge: (object, id, intoId) => merge(org, object, id, intoId),
    addField: (object, name, type) => {
      const added = field(name, type);
      org.addField(object, added);
      return added;
    },
    changeField: (object, name, changes) => {
      org.addField(object, { ...org.object(object).fields.get(name)!, ...changes });
    },
    setFieldAccess: (object, field, access) => org.access.set(object, field, access),
    failRecord: (fault) => org.faults.add(fault),
    clearRecordFaults: () => org.faults.clear(),
    expireTokens: () => oauth.expireTokens(),
    usedByOthers: (requests) => {
      usage.usedByOthers = requests;
    },
  };
}

/** Fields the user sees, and relationships through them. */
function namesOf(org: Org, name: string): ReadonlySet<string> | undefined {
  const object = org.objects.find((each) => each.name === name);
  if (!object) return undefined;
  const fields = org.access.allSeen(object);
  return new Set(fields.flatMap(({ name: own, relationshipName }) => [own, relationshipName ?? own]));
}
