/**
 * Events as different deployments may have them, of any length: every value differs from event to event, and texts are put
 * together at random from clauses, none of which is in the dictionary of the event codec. One kind has no sentences at all.
 */
import { Random } from '../test/random.ts';

export interface EventKind {
  readonly name: string;
  /** JSON of an event of about so many bytes. */
  make(bytes: number): Record<string, unknown>;
}

const random = new Random(20_261_126).next;
const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
const between = (low: number, high: number) => low + Math.floor(random() * (high - low));
const letters = (count: number, alphabet: string) =>
  Array.from({ length: count }, () => alphabet[between(0, alphabet.length)]).join('');
const uuid = () => [8, 4, 4, 4, 12].map((count) => letters(count, '0123456789abcdef')).join('-');

const OPENINGS = [
  'Mire, joven,',
  'Pues resulta que',
  'Fíjese que',
  'La verdad,',
  'Híjole,',
  'Le explico:',
  'Oiga,',
  'Total que',
];
const SUBJECTS = [
  ...[
    'la fábrica de muebles',
    'mi vecina Rosario',
    'el taller mecánico',
    'la clínica dental',
    'mi hermano mayor',
    'el repartidor',
  ],
  ...[
    'su compañera Lucía',
    'la escuela de mis hijos',
    'el dueño del local',
    'el contador',
    'la oficina de Querétaro',
    'el plomero',
  ],
];
const VERBS = [
  'me prometió',
  'ya no quiso',
  'tardó tres semanas en',
  'se negó a',
  'logró',
  'olvidó',
  'insistió en',
  'aceptó',
];
const ACTIONS = [
  ...[
    'entregar la lavadora',
    'devolver el depósito',
    'cambiar las llaves',
    'reparar la fuga del baño',
    'firmar el convenio',
  ],
  ...[
    'mandar el comprobante',
    'revisar el medidor',
    'instalar la fibra óptica',
    'cubrir los intereses',
    'levantar un reporte',
  ],
  ...[
    'renovar el seguro del coche',
    'corregir el domicilio',
    'apartar dos lugares',
    'surtir la receta',
    'bloquear el chip',
  ],
];
const ENDINGS = [
  ...[
    'aunque yo guardé todos los recibos',
    'según el papel que nos dieron',
    'con tal de no perder la garantía',
  ],
  ...[
    'sin avisarle a nadie de la casa',
    'apenas cobre el aguinaldo',
    'mientras llueva así de fuerte',
    'detrás del mercado',
  ],
  ...[
    'porque el sistema marcaba error',
    'como quedamos el otro día',
    'ni siquiera con el folio en la mano',
    'a cambio de una rebaja',
  ],
];
const ENGLISH_SUBJECTS = [
  'The landlord',
  'My cousin Phoebe',
  'Your technician',
  'The shipping clerk',
  'A nurse',
  'The registrar',
];
const ENGLISH_VERBS = [
  'swore he would',
  'never managed to',
  'kept trying to',
  'flatly refused to',
  'agreed to',
];
const ENGLISH_ACTIONS = [
  ...[
    'fix the dripping boiler',
    'ship both parcels',
    'refund the deposit',
    'sign the lease',
    'replace the cracked screen',
  ],
  ...[
    'unlock the garage',
    'waive the late fee',
    'mail the prescription',
    'cancel the gym membership',
    'file the claim',
  ],
];
const ENGLISH_ENDINGS = [
  ...[
    'despite every email I sent',
    'while we were abroad',
    'before the warranty ran out',
    'without telling the tenants',
  ],
  ...['because the portal crashed', 'on the second floor', 'just like last winter', 'for half the price'],
];
/** None of them is in the dictionary as a word of its own. */
const WORDS = (
  'montaña velocidad ventana piedra sombra libro silla pueblo corazón fuego verde azul grande pequeño correr saltar dormir leer ' +
  'escribir cantar bailar soñar vivir odiar subir salir volver ganar buscar romper limpiar cocinar descansar viajar conducir ' +
  'bosque llave puente barco nube trueno espejo martillo queso naranja tambor gato zorro pluma arena'
).split(' ');

function spanish(): string {
  if (random() < 0.25)
    return `${pick(OPENINGS)} son ${between(2, 90)} mil del folio ${between(10_000, 99_999)}, ${pick(ENDINGS)}.`;
  return `${pick(OPENINGS)} ${pick(SUBJECTS)} ${pick(VERBS)} ${pick(ACTIONS)} ${pick(ENDINGS)}.`;
}

function english(): string {
  return `${pick(ENGLISH_SUBJECTS)} ${pick(ENGLISH_VERBS)} ${pick(ENGLISH_ACTIONS)} ${pick(ENGLISH_ENDINGS)}.`;
}

function words(): string {
  return Array.from({ length: between(4, 14) }, () => pick(WORDS)).join(' ');
}

const FIRST_NAMES = [
  'Ramiro',
  'Itzel',
  'Fernanda',
  'Octavio',
  'Nicolás',
  'Abril',
  'Efraín',
  'Zaira',
  'Leopoldo',
  'Marisol',
];
const LAST_NAMES = [
  'Villaseñor',
  'Ochoa',
  'Zepeda',
  'Quintero',
  'Bañuelos',
  'Iturbide',
  'Cárdenas',
  'Urrutia',
  'Nava',
  'Toledo',
];
const AGENTS = [
  { id: '1b0f0a30-7a3c-4df1-8c2e-33a1b6ad7f01', nickname: 'SeguimientoNorte', name: 'Renata Solís' },
  { id: '9d2c7e55-0b1f-4e7a-b1de-8807a1f3c902', nickname: 'CentralHogar', name: 'Iker Luna' },
];

function event(bytes: number, sentence: () => string, withEndUser: boolean): Record<string, unknown> {
  const id = `cll_${letters(20, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')}`;
  const start = Date.UTC(
    2026,
    between(0, 12),
    between(1, 28),
    between(8, 20),
    between(0, 60),
    between(0, 60),
  );
  const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString().replace('.000', '');
  const [name, phone] = [
    `${pick(FIRST_NAMES)} ${pick(LAST_NAMES)} ${pick(LAST_NAMES)}`,
    `+52${between(1e9, 1e10)}`,
  ];
  const shared = {
    context: `Expediente ${between(1_000, 9_999)}, zona ${between(1, 60)}`,
    status: pick(['converted', 'answered', 'retrying']),
    extracted_data: {
      'Monto acordado': `${between(100, 9_000)}`,
      Sucursal: pick(['Centro', 'Lomas', 'Coapa']),
      'Próxima visita': at(864_000),
    },
    tags: [pick(['acuerdo', 'revisar', 'sin fondos']), pick(['urgente', 'normal'])],
  };
  const transcript: object[] = [];
  const whole = {
    event_type: 'on_call_end',
    ...{
      id,
      type: 'outbound',
      status: 'ended',
      phone_number_from: `+5255${between(1e7, 1e8)}`,
      phone_number_to: phone,
    },
    ...{
      answered_by: 'human',
      created_at: at(0),
      started_at: at(4),
      ended_at: at(90),
      duration: 86,
      billed_duration: 90,
    },
    ...{
      recording_url: `https://api.altur.io/api/v1.0/call/${id}/recording`,
      transcript,
      assistant: pick(AGENTS),
    },
    ...(withEndUser && { end_user: { id: uuid(), ...shared, display_name: name, phone_number: phone } }),
    campaign_user: {
      f_id: `X-${between(1e5, 1e6)}`,
      name,
      contact: phone,
      ...shared,
      failed_retries: between(0, 3),
      voicemail_retries: 0,
    },
  };
  let size = Buffer.byteLength(JSON.stringify(whole));
  for (let seconds = 6; ; seconds += between(3, 15)) {
    const turn = {
      sent_by: transcript.length % 2 ? 'user' : 'assistant',
      sent_at: at(seconds),
      content: sentence(),
    };
    size += Buffer.byteLength(JSON.stringify(turn)) + 1;
    if (size > bytes + 40) return whole;
    transcript.push(turn);
  }
}

export const EVENT_KINDS: readonly EventKind[] = [
  { name: 'Spanish', make: (bytes) => event(bytes, spanish, true) },
  { name: 'Spanish, no end_user', make: (bytes) => event(bytes, spanish, false) },
  { name: 'English', make: (bytes) => event(bytes, english, true) },
  { name: 'words at random', make: (bytes) => event(bytes, words, true) },
];
