/** What people read who followed a link to a recording and cannot hear it. */
import type { FaultKind } from './recording-fault.ts';

export type Language = 'en' | 'es';
export type Notice = 'invalid_link' | 'expired_link' | Exclude<FaultKind, 'broken'>;

interface NoticeText {
  readonly title: string;
  readonly text: string;
}

export const NOTICES: Readonly<Record<Language, Readonly<Record<Notice, NoticeText>>>> = {
  en: {
    invalid_link: {
      title: 'This link does not work',
      text: 'It is incomplete, or it was revoked. Open the recording from the call in the CRM again. If that does not help, ask your administrator to write the link of this call again (resync).',
    },
    expired_link: {
      title: 'This link has expired',
      text: 'Ask your administrator for a resync of this call, which writes a new link to the CRM.',
    },
    not_ready: {
      title: 'There is no recording yet',
      text: 'It is not ready, or the call was not recorded. Try again in a few minutes.',
    },
    unauthorized: {
      title: 'Recordings cannot be read',
      text: 'The key of this service is not accepted by Altur. Tell your administrator.',
    },
    rate_limited: {
      title: 'Too many recordings at once',
      text: 'Altur takes no more requests at the moment. Try again in a minute.',
    },
    unavailable: {
      title: 'Altur does not answer',
      text: 'The recording is kept at Altur, which cannot be reached at the moment. Try again in a few minutes.',
    },
    unusable: {
      title: 'The recording cannot be played',
      text: 'What came is no recording. Tell your administrator if it happens again.',
    },
    busy: {
      title: 'Too many listeners',
      text: 'Many recordings are being played right now. Try again in a minute.',
    },
  },
  es: {
    invalid_link: {
      title: 'Este enlace no funciona',
      text: 'Está incompleto o fue revocado. Abre la grabación otra vez desde la llamada en el CRM. Si no ayuda, pide a tu administrador que vuelva a escribir el enlace de esta llamada (resync).',
    },
    expired_link: {
      title: 'Este enlace caducó',
      text: 'Pide a tu administrador un resync de esta llamada, que escribe un enlace nuevo en el CRM.',
    },
    not_ready: {
      title: 'Todavía no hay grabación',
      text: 'No está lista o la llamada no se grabó. Inténtalo de nuevo en unos minutos.',
    },
    unauthorized: {
      title: 'No se pueden leer las grabaciones',
      text: 'Altur no acepta la clave de este servicio. Avisa a tu administrador.',
    },
    rate_limited: {
      title: 'Demasiadas grabaciones a la vez',
      text: 'Altur no acepta más solicitudes por el momento. Inténtalo de nuevo en un minuto.',
    },
    unavailable: {
      title: 'Altur no responde',
      text: 'La grabación está en Altur, que no está disponible por el momento. Inténtalo de nuevo en unos minutos.',
    },
    unusable: {
      title: 'La grabación no se puede reproducir',
      text: 'Lo que llegó no es una grabación. Avisa a tu administrador si vuelve a pasar.',
    },
    busy: {
      title: 'Demasiados oyentes',
      text: 'Se están reproduciendo muchas grabaciones. Inténtalo de nuevo en un minuto.',
    },
  },
};
