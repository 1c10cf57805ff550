/** The simulated CRMs of the demo: how each is started, and how what arrived in it is shown. */
import { startHubSpot } from './simulators/hubspot/hubspot.ts';

export interface DemoCrm {
  readonly url: string;
  /** What the service is told about it. */
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
};

function show(
  say: (text: string) => void,
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): void {
  for (const name of names) {
    const lines = String(record[name] ?? '')
      .split('<br>')
      .filter((line) => line.trim() !== '');
    say(`     ${name.padEnd(20)} ${lines.join(`\n${' '.repeat(26)}`)}`);
  }
}
