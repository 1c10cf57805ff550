/** Salesforce for the contract suite. */
import type { CrmObject } from '../../../connectors/connector.ts';
import type { Harness, SimulatedRequest } from '../contract/harness.ts';
import { startOrg } from './org.ts';

const ERRORS = {
  unavailable: { status: 503, errorCode: 'SERVER_UNAVAILABLE' },
  rate_limited: { status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED' },
  unauthorized: { status: 401, errorCode: 'INVALID_SESSION_ID' },
} as const;
const KEYS = { person: 'Altur_Person_Key__c', call: 'Altur_Call_Id__c', task: 'Altur_Call_Id__c' } as const;
const COMPOSITE = { path: '/composite$' };

const LOOK_UPS = 2;

export const harness: Harness = {
  name: 'salesforce',
  fields: {
    name: 'LastName',
    phone: 'Phone',
    status: 'Altur_Status__c',
    tags: 'Altur_Tags__c',
    callTitle: 'Subject',
    taskTitle: 'Subject',
    unknown: 'No_Such_Field__c',
    rejectedCall: (secret) => [{ field: 'Subject', value: secret.repeat(300), when: 'always' }],
    creatable: 'Altur_Promise__c',
  },
  // Newcomers are looked up exactly, then by the pattern of their digits. A call names its person by key, in the
  // request that creates the person.
  budget: () => ({ lookUps: LOOK_UPS, writes: 1 }),
  searchLag: false,
  async start({ context, provisioned }) {
    const { salesforce, connector, close } = await startOrg({ context, provisioned });
    const rows = (object: CrmObject) => {
      if (object === 'person') return salesforce.records('Contact');
      // Of the tasks of Salesforce, calls are those of the subtype Call.
      return salesforce
        .records('Task')
        .filter(({ TaskSubtype }) => (TaskSubtype === 'Call') === (object === 'call'));
    };
    return {
      connector,
      records: (object) =>
        rows(object).map((row) => {
          const values = Object.entries(row).map(([name, value]) => [
            name,
            value == null ? '' : String(value),
          ]);
          const key = row[KEYS[object]];
          const person = object !== 'person' && row.WhoId ? String(row.WhoId) : undefined;
          return {
            id: row.Id,
            key: key ? String(key) : undefined,
            values: Object.fromEntries(values),
            person,
          };
        }),
      addPerson({ name, phone, values, createdAt }) {
        const created = createdAt === undefined ? {} : { CreatedDate: new Date(createdAt).toISOString() };
        const contact = { LastName: name, ...(phone && { Phone: phone }), ...values, ...created };
        return salesforce.seed({ Contact: [contact] }).Contact![0]!;
      },
      remove: (object, id) => salesforce.remove(object === 'person' ? 'Contact' : 'Task', id),
      requests: () =>
        salesforce.requests
          .filter(({ path }) => path !== '/services/oauth2/token' && !path.startsWith('/id/'))
          .map(({ method, path, body }) => ({ method, path, body, reads: onlyReads(method, path, body) })),
      fail: (kind, message) => {
        const { status, errorCode } = ERRORS[kind];
        const body = [{ errorCode, message }];
        salesforce.fault({ kind: 'status', path: '/services/data', times: 'always', status, body });
      },
      // Two requests look newcomers up, the next one writes everything.
      loseWrite: (nth) => {
        salesforce.fault({ kind: 'lost', ...COMPOSITE, nth: nth + LOOK_UPS });
      },
      hang: (request) => {
        salesforce.fault({ kind: 'hang', ...COMPOSITE, nth: request === 'write' ? LOOK_UPS + 1 : 1 });
      },
      recover: () => salesforce.clearFaults(),
      close,
    };
  },
};

function onlyReads(method: string, path: string, body: unknown): SimulatedRequest['reads'] {
  if (!path.endsWith('/composite')) return method === 'GET';
  const { compositeRequest } = body as { readonly compositeRequest: readonly { readonly method: string }[] };
  return compositeRequest.every((each) => each.method === 'GET');
}
