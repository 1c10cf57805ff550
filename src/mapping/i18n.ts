/** The messages in titles and bodies, in the languages of LANGUAGE. */

import type { CallOutcome } from './schema/call-rule.ts';

export type Language = 'en' | 'es';

export interface Messages {
  /** `{count}` is replaced by the number of lines. */
  readonly linesOmitted: string;
  /** `{count}` is replaced by the number of characters. */
  readonly charactersOmitted: string;
  readonly speakers: { readonly agent: string; readonly customer: string };
  readonly outcomes: Readonly<Record<CallOutcome, string>>;
}

export const MESSAGES: Readonly<Record<Language, Messages>> = {
  en: {
    linesOmitted: '[… {count} lines omitted …]',
    charactersOmitted: '[… {count} characters omitted …]',
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
