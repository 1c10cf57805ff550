/**
 * The dictionaries of the event codec: texts that an event is likely to have parts of. Compression replaces such a part by
 * a reference, so that an event of a short call, which repeats little in itself, becomes small as well.
 *
 * How the first one came about: names and values are those of Altur's documentation, of all generations of the payload
 * (https://docs.altur.io/api-reference/webhooks/on-call-end), in the order in which `parseEvent` answers them; the sentences
 * are what calls of a contact centre begin, end and argue with, in Spanish and English, written down for it. It was not
 * trained on any events. `npm run bench -- redis-bytes` measures with sentences that are not in it, too.
 *
 * Stored events name the dictionary that they need: none is ever changed or removed. A better one gets the next version, and
 * is written from the next SCHEMA on (schema-version.ts): processes that do not have it make dead letters of such events.
 */

const ENGLISH = [
  'Thank you for calling, how can I help you? I am calling about your account, your credit card, your appointment.',
  'You have an outstanding balance of dollars. When could you make the payment? I can pay next week, tomorrow, on Friday, in the',
  'app. You have the wrong number. I am not interested. Could you call me back later? I will send you the information by email.',
  'Please leave a message after the tone. Is there anything else I can help you with? Thank you for your time, have a nice day.',
  'because there would about which with you and the for that this. Good morning, good afternoon, am I speaking with ? Who is this?',
].join(' ');

const SPANISH = [
  'Gracias por llamar, ¿en qué le puedo ayudar? Le llamo de parte de respecto a su cuenta, su crédito, su tarjeta, su',
  'cita. Tiene un saldo vencido de pesos, un pago pendiente. ¿Cuándo podría realizar el pago? Puedo hacer un abono la próxima',
  'semana, el lunes, martes, miércoles, jueves, viernes, sábado, en la quincena, por transferencia, en efectivo, en una tienda OXXO.',
  'Ahorita no tengo dinero. Está equivocado, no me interesa. Ahora no puedo hablar, estoy trabajando, ¿me puede llamar más tarde,',
  'mañana por la tarde? Le envío la información por correo electrónico. Entiendo, permítame un momento, voy a verificar. ¿Hay algo',
  'más en lo que le pueda ayudar? De acuerdo, perfecto, claro que sí, está bien, así es, porque también cuando hasta para que usted',
  'tiene quiere lo que la de los de las en los con la por el se le ha sido que no se lo ya no me. Muchas gracias por su tiempo, que',
  'tenga un excelente día. Buenos días, buenas tardes, ¿hablo con el señor, la señora? Sí, él habla. ¿Quién habla? ¿Quién llama?',
].join(' ');

/** What not every event has. */
const RARE = [
  'no-answer busy failed retrying answered delivered accepted rejected","summary":"","read_from_api":true,"transcript_unavailable":true',
  '"email":"@gmail.com","company":"","Appointment Date":"","Reason":"","Amount":"","Date":"","monto_prometido":"$","fecha_de_pago":"',
  '"fecha_limite":"","medio_de_pago":"transferencia","wrong_number","not_interested","do_not_call","callback","voicemail","appointment',
  '{"event_type":"on_call_end","id":"","type":"inbound","status":"no-answer","answered_by":"unknown","transcript":[],"assistant":{"id":"',
  '"},{"sent_by":"agent","content":"","end_user":{"id":"","status":"answered","display_name":"',
].join('');

/** A whole event without what differs; deflate refers at the lowest cost to what is last. */
const EVENT = [
  '{"event_type":"on_call_end","id":"cll_","type":"outbound","status":"ended","phone_number_from":"+52","phone_number_to":"+52',
  '","answered_by":"machine","answered_by":"human","created_at":"2025-11-21T15:00:00Z","started_at":"2026-10-12T16:30:10Z',
  '","ended_at":"2026-12-20T17:20:00.000Z","duration":45,"billed_duration":45,"recording_url":"https://api.altur.io/api/v1.0/call/cll_',
  '/recording","transcript":[{"sent_by":"assistant","sent_at":"2026-11-2T1:00Z","content":"Buenas tardes, ',
  '?"},{"sent_by":"user","sent_at":"2027-0T2:10Z","content":"Sí, ."},{"sent_by":"assistant","sent_at":"2026-',
  '."}],"assistant":{"id":"","nickname":"DebtCollectorBot","name":"Diana "},"campaign_user":{"f_id":"user_","name":"","contact":"+52',
  '","context":"Customer data","status":"voicemail","status":"converted","failed_retries":0,"voicemail_retries":1,"retries":0',
  ',"extracted_data":{"Payment Amount":"","Payment Date":"2026-12-","Payment Medium":"app"},"tags":["payment_promise","call_later"]}',
  ',"end_user":{"id":"","status":"converted","display_name":"","phone_number":"+52","context":"","extracted_data":{},"tags":[]}}',
].join('');

/** By version. */
export const DICTIONARIES: ReadonlyMap<number, string> = new Map([
  [1, `${ENGLISH} ${SPANISH}${RARE}${EVENT}`],
]);
