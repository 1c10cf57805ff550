/** Alerts in Spanish. */
import { commandLine, startLine } from '../../connectors/connector.ts';
import type { AlertMessages } from './alert-messages.ts';

const count = (calls: number) => (calls === 1 ? '1 llamada' : `${calls} llamadas`);
const waits = (calls: number) =>
  calls === 1
    ? '1 llamada espera en la cola; no se pierde.'
    : `${calls} llamadas esperan en la cola; ninguna se pierde.`;

export const SPANISH: AlertMessages = {
  locale: 'es-MX',
  causes: {
    'redis-down': ({ reason, seenBy }) => ({
      title: 'Redis no se puede usar',
      meaning: `${seenBy}: ${reason}. Los eventos se responden con 503, así que Altur los reenvía; no se escribe ninguna llamada.`,
      fix: 'Inicie Redis o corrija REDIS_URL.',
    }),
    'no-worker': ({ calls }) => ({
      title: 'No hay ningún worker en marcha',
      meaning: `Los eventos se aceptan, pero no se escribe nada en el CRM. ${waits(calls)}`,
      fix: `Inicie un worker: ${startLine('worker')}`,
    }),
    'crm-unauthorized': ({ crm, reason, calls }) => ({
      title: `${crm} rechaza las credenciales`,
      meaning: `${reason}. ${waits(calls)}`,
      fix: 'Corrija las credenciales o sus permisos. Un cambio de permisos se nota en un minuto; con un token nuevo, reinicie los workers.',
    }),
    'crm-unavailable': ({ crm, reason, calls }) => ({
      title: `${crm} no está disponible`,
      meaning: `${reason}. ${waits(calls)}`,
      fix: `Nada, salvo que dure: entonces vea la página de estado de ${crm}. La escritura se reanuda sola.`,
    }),
    'crm-rate-limited': ({ crm, reason, calls, until }) => ({
      title: `${crm} no acepta más solicitudes por ahora`,
      meaning: `${reason}. ${waits(calls)}${until && ` Se intenta de nuevo: ${until}.`}`,
      fix: 'Vea qué integración consume la cuota, o auméntela. La escritura se reanuda sola.',
    }),
    'redis-nearly-full': ({ percent }) => ({
      title: `Redis está al ${percent} %`,
      meaning: 'A partir del 80 % no se aceptan más eventos.',
      fix: 'Aumente maxmemory, o averigüe por qué la cola no se vacía.',
    }),
    'signature-failures': ({ calls }) => ({
      title: 'Se rechazan entregas: firma incorrecta',
      meaning: `${calls} en la última hora. Las de Altur se pierden tras cinco intentos.`,
      fix: 'Copie el secreto de firma de la configuración del webhook de Altur en ALTUR_WEBHOOK_SECRET. Si es correcto, las envía otra persona.',
    }),
    'oldest-waiting': ({ calls, age }) => ({
      title: 'Las llamadas esperan demasiado',
      meaning: `La más antigua lleva ${age}. ${waits(calls)}`,
      fix: 'Si son muchas, inicie más workers; si se reintentan una y otra vez, el dashboard y el log dicen por qué.',
    }),
    'crm-quota': ({ crm, percent }) => ({
      title: `Se ha usado el ${percent} % de las solicitudes diarias a ${crm}`,
      meaning:
        'Las comparten todas sus integraciones. Los lotes se llenan más; cuando no queden, las llamadas esperan a que la cuota se renueve.',
      fix: 'Vea qué integración consume la cuota, o auméntela.',
    }),
    'reconcile-failing': ({ reason, code }) => ({
      title: 'Las llamadas no se comparan con Altur',
      meaning: `${reason || code}. Una llamada cuyo webhook nunca llegó no se encuentra hasta que vuelva a funcionar; los webhooks se escriben igualmente.`,
      fix: `Corrija lo que nombra; si Altur no funciona, nada. Para intentarlo ahora: ${commandLine('reconcile')}`,
    }),
    'dead-letters': ({ crm, code, reason, what, calls }) => ({
      title: `${count(calls)} con rechazo de ${crm}: ${code}${what && ` (${what})`}`,
      meaning: `${reason}. Esperan hasta que alguien actúe.`,
      fix: `Corrija la causa y reinténtelas en el dashboard o con: ${commandLine('failed', 'retry', '--all')}`,
    }),
  },
  over: (title, duration, calls) =>
    `Terminó: ${title}. Duró ${duration}${calls > 0 ? ` y afectó a ${count(calls)}` : ''}.`,
  missed: (title, duration, calls) =>
    `Terminó, sin aviso previo: ${title}. Duró ${duration}${calls > 0 ? ` y afectó a ${count(calls)}` : ''}.`,
  more: 'Hay más alertas que mensajes en una hora: el resto está en el dashboard y en el log.',
};
