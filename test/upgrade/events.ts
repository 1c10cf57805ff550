/**
 * The events of the recorded deployments. The recordings hold digests of them: a change here makes the recordings
 * useless until they are made again.
 */

export type Event = Readonly<Record<string, unknown>> & { readonly id: string };

interface Person {
  readonly f_id?: string;
  readonly name: string;
  readonly contact: string;
}

export const ANA: Person = { f_id: 'cliente-1001', name: 'Ana Ejemplo', contact: '+525510001001' };
export const BETO: Person = { f_id: 'cliente-1002', name: 'Beto Prueba', contact: '+525510001002' };
/** Without an id: the key is the number. */
export const CARLA: Person = { name: 'Carla Muestra', contact: '+525510001003' };
export const DANI: Person = { f_id: 'cliente-1004', name: 'Dani Modelo', contact: '+525510001004' };
export const EVA: Person = { f_id: 'cliente-1005', name: 'Eva Ensayo', contact: '+525510001005' };

/** `minute`: later calls have a larger one. */
function call(id: string, minute: number, person: Person, fields: object = {}): Event {
  const at = new Date(Date.UTC(2026, 10, 20, 16, minute)).toISOString();
  return {
    event_type: 'on_call_end',
    id,
    type: 'outbound',
    status: 'ended',
    phone_number_from: '+525550000000',
    phone_number_to: person.contact,
    answered_by: 'human',
    created_at: at,
    started_at: at,
    ended_at: at,
    duration: 40 + minute,
    transcript: [{ sent_by: 'user', sent_at: at, content: `Llamada de prueba ${minute}.` }],
    campaign_user: {
      ...person,
      status: `estado ${minute}`,
      extracted_data: { 'Payment Amount': '1200' },
      tags: ['payment_promise'],
    },
    ...fields,
  };
}

/** Long enough to be compressed in the queue. */
const LONG_TRANSCRIPT = Array.from({ length: 80 }, (_, index) => ({
  sent_by: index % 2 === 0 ? 'assistant' : 'user',
  content: `Frase ${index} de una conversación larga que nadie ha tenido.`,
}));

/** Written; the last one's id is no usual one. */
export const SYNCED: readonly Event[] = [
  call('cll_synced_ana', 1, ANA),
  call('cll_synced_beto', 2, BETO, { transcript: LONG_TRANSCRIPT }),
  call('cll_synced_carla', 3, CARLA),
  call('77001', 4, ANA),
];

/** Written in its first version; the second waits. */
export const CHANGED: readonly [Event, Event] = [
  call('cll_changed', 5, BETO),
  call('cll_changed', 5, BETO, { duration: 999 }),
];

/** A dead letter: the CRM rejects its record. */
export const DEAD_LETTER = call('cll_dead_letter', 6, ANA);

/** To be tried again later: the CRM says that the record is being changed. */
export const RETRYING = call('cll_retrying', 7, BETO);

/** Its worker is killed while the CRM's answers do not come; the call is in the CRM, in no ledger. */
export const IN_FLIGHT = call('cll_in_flight', 8, DANI);

/** They wait: two known persons, one that the CRM does not know yet. */
export const WAITING: readonly Event[] = [
  call('cll_waiting_ana', 9, ANA),
  call('cll_waiting_dani', 10, DANI),
  call('cll_waiting_eva', 11, EVA, { transcript: LONG_TRANSCRIPT }),
];

/** Of each call, the version that the CRM must hold in the end. */
export const LAST_VERSIONS: readonly Event[] = [
  ...SYNCED,
  CHANGED[1],
  DEAD_LETTER,
  RETRYING,
  IN_FLIGHT,
  ...WAITING,
];
