/** The simulated CRMs of the demo: how each is started, and how what arrived in it is shown. */
import { startHubSpot } from './simulators/hubspot/hubspot.ts';
import { startSalesforce } from './simulators/salesforce/salesforce.ts';

export interface DemoCrm {
  readonly url: string;
  /** The environment variables of the service for it. */
  readonly env: Readonly<Record<string, string>>;
  people(): readonly unknown[];
  calls(): readonly unknown[];
  /** How many calls are linked to their person. */
  linked(): number;
  /** How many requests it has been sent. */
  requests(): number;
  /** Shows the first person and the first call. */
  show(say: (text: string) => void): void;
  close(): Promise<void>;
}

export const simulators: Readonly<Record<string, () => Promise<DemoCrm>>> = {
  hubspot: async () => {
    const crm = await startHubSpot({ latencyMs: 40, lagMs: 3_000 });
    return {
      url: crm.url,
      env: { HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url },
      people: crm.contacts,
      calls: crm.calls,
      linked: () => crm.associations().filter(({ from }) => from.type === 'calls').length,
      requests: () => crm.requests.length,
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
      url: crm.url,
      env: {
        SALESFORCE_LOGIN_URL: crm.url,
        SALESFORCE_CLIENT_ID: crm.settings.clientId,
        SALESFORCE_CLIENT_SECRET: crm.settings.clientSecret,
      },
      people: () => crm.records('Contact'),
      calls: () => crm.records('Task'),
      linked: () => crm.records('Task').filter(({ WhoId }) => WhoId).length,
      requests: () => crm.apiRequests,
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
