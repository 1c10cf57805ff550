/** The words the defaults use, in the languages of LANGUAGE. */

export type Language = 'en' | 'es';

export const WORDS = {
  en: {
    cut: '[… {count} lines left out …]',
    speakers: { agent: 'Agent', customer: 'Customer' },
    outcomes: {
      connected: 'Connected',
      voicemail: 'Left voicemail',
      'no-answer': 'No answer',
      busy: 'Busy',
      failed: 'Failed',
      'wrong-number': 'Wrong number',
    },
  },
  es: {
    cut: '[… {count} líneas omitidas …]',
    speakers: { agent: 'Agente', customer: 'Cliente' },
    outcomes: {
      connected: 'Contestada',
      voicemail: 'Buzón de voz',
      'no-answer': 'No contestó',
      busy: 'Ocupado',
      failed: 'Fallida',
      'wrong-number': 'Número equivocado',
    },
  },
} as const;
