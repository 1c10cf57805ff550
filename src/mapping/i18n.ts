/** The messages in titles and bodies, in the languages of LANGUAGE. */

import type { CallOutcome } from './schema/call-rule.ts';

export type Language = 'en' | 'es';

export interface Messages {
  /** `{count}` is replaced by the number of lines. */
  readonly linesOmitted: string;
  /** `{count}` is replaced by the number of characters. */
  readonly charactersOmitted: string;
  /** In the place of a transcript that Altur's API does not have. */
  readonly transcriptUnavailable: string;
  readonly speakers: { readonly agent: string; readonly customer: string };
  readonly outcomes: Readonly<Record<CallOutcome, string>>;
}

export const MESSAGES: Readonly<Record<Language, Messages>> = {
  en: {
    linesOmitted: '[… {count} lines omitted …]',
    charactersOmitted: '[… {count} characters omitted …]',
    transcriptUnavailable: '[The transcript is not available: this call was read from Altur’s API.]',
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
    linesOmitted: '[… {count} líneas omitidas …]',
    charactersOmitted: '[… {count} caracteres omitidos …]',
    transcriptUnavailable: '[La transcripción no está disponible: la llamada se leyó de la API de Altur.]',
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
};
