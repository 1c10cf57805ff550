/** The simulated CRMs of the demo: how each is started, and how what arrived in it is shown. */
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import type { LoggedRequest } from '../simulators/kit/request-log.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { HUBSPOT_KINDS, hubspotKind, SALESFORCE_KINDS, salesforceKind } from './request-kinds.ts';

export interface DemoCrm {
  readonly title: string;
  readonly url: string;
  /** The environment variables of the service for it. */
  readonly env: Readonly<Record<string, string>>;
  /** How many calls of known people make a full batch. */
  readonly batchSize: number;
  people(): readonly unknown[];
  /** The unique key of each call that is linked to its person. */
  callKeys(): readonly string[];
  /** The link to a recording that the service wrote to a call. */
  recordingLink(callKey: string): string | undefined;
  /** Every request that counts against the quota. */
  requests(): readonly LoggedRequest[];
  /** What a request is for; most are one of `kinds`. */
  kindOf(request: LoggedRequest): string;
  readonly kinds: readonly string[];
  /** The kind of request that is sent once per batch. */
  readonly writesCalls: string;
  /** The last request of the next batch of known people is answered once `until` has resolved. */
  hold(until: Promise<unknown>): void;
  /** Shows the first person and the first call. */
  show(say: (text: string) => void): void;
  close(): Promise<void>;
}

export const simulators: Readonly<Record<string, () => Promise<DemoCrm>>> = {
  hubspot: async () => {
    const crm = await startHubSpot({ latencyMs: 40, lagMs: 3_000 });
    return {
      title: 'HubSpot',
      batchSize: 100,
      kinds: HUBSPOT_KINDS,
      kindOf: hubspotKind,
      writesCalls: 'write calls',
      url: crm.url,
      env: { HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url },
      people: crm.contacts,
      callKeys() {
        const linked = new Set(crm.associations().map(({ from }) => from.id));
        const calls = crm.calls().filter(({ id }) => linked.has(id));
        return calls.map(({ properties }) => String(properties.altur_call_id));
      },
      recordingLink(key) {
        const call = crm.calls().find(({ properties }) => properties.altur_call_id === key);
        return recordingLinkIn(call?.properties.hs_call_body);
      },
      requests: () => crm.requests,
      hold: (until) => void crm.fault({ kind: 'hold', until, path: '^/crm/associations/' }),
      show(say) {
        const [contact] = crm.contacts();
        const [call] = crm.calls();
        say(`   contact ${contact?.id}`);
        show(say, contact?.properties ?? {}, [
          ...['altur_person_key', 'firstname', 'lastname', 'phone', 'altur_status', 'altur_tags'],
          ...['altur_payment_amount', 'altur_payment_date', 'altur_payment_medium'],
        ]);
        say(`   call ${call?.id}, linked to contact ${crm.associations()[0]?.to.id ?? '-'}`);
        const names = [
          'altur_call_id',
          'hs_call_title',
          'hs_call_direction',
          'hs_call_status',
          'hs_call_duration',
        ];
        show(say, call?.properties ?? {}, [...names, 'hs_call_body']);
      },
      close: crm.close,
    };
  },

  salesforce: async () => {
    const crm = await startSalesforce({ settings: { latencyMs: 40 } });
    return {
      title: 'Salesforce',
      batchSize: 200,
      kinds: SALESFORCE_KINDS,
      kindOf: salesforceKind,
      writesCalls: 'write contacts and calls',
      url: crm.url,
      env: {
        SALESFORCE_LOGIN_URL: crm.url,
        SALESFORCE_CLIENT_ID: crm.settings.clientId,
        SALESFORCE_CLIENT_SECRET: crm.settings.clientSecret,
      },
      people: () => crm.records('Contact'),
      callKeys() {
        const linked = crm.records('Task').filter(({ WhoId }) => WhoId);
        return linked.map(({ Altur_Call_Id__c: key }) => String(key));
      },
      recordingLink(key) {
        const task = crm.records('Task').find(({ Altur_Call_Id__c: id }) => id === key);
        return recordingLinkIn(task?.Description);
      },
      // Salesforce does not count sign-ins.
      requests: () => crm.requests.filter(({ path }) => !path.startsWith('/services/oauth2/')),
      hold: (until) => void crm.fault({ kind: 'hold', until, path: '/composite$' }),
      show(say) {
        const [contact] = crm.records('Contact');
        const [task] = crm.records('Task');
        say(`   contact ${contact?.Id}`);
        show(say, contact ?? {}, [
          ...['Altur_Person_Key__c', 'FirstName', 'LastName', 'Phone', 'Altur_Status__c', 'Altur_Tags__c'],
          ...['Altur_Payment_Amount__c', 'Altur_Payment_Date__c', 'Altur_Payment_Medium__c'],
        ]);
        say(`   task ${task?.Id}, linked to contact ${task?.WhoId}`);
        const names = [
          'Altur_Call_Id__c',
          'Subject',
          'TaskSubtype',
          'CallType',
          'CallDurationInSeconds',
          'Status',
        ];
        show(say, task ?? {}, [...names, 'ActivityDate', 'Description']);
      },
      close: crm.close,
    };
  },
};

function show(
  say: (text: string) => void,
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): void {
  for (const name of names) {
    const lines = String(record[name] ?? '')
      .split(/<br>|\n/)
      .filter((line) => line.trim() !== '');
    say(`     ${name.padEnd(24)} ${lines.join(`\n${' '.repeat(30)}`)}`);
  }
}

/** The text may be HTML. */
function recordingLinkIn(text: unknown): string | undefined {
  const [link] = /https?:\/\/[^\s"<]+\/recordings\/[^\s"<]+/.exec(String(text ?? '')) ?? [];
  return link?.replaceAll('&amp;', '&');
}
