/** What a browser has chosen, kept in its cookies: so a page comes in the right language and colours at once. */
import type { Request } from 'express';
import { LANGUAGES, type Language } from './texts.ts';

export interface Preferences {
  readonly language: Language | undefined;
  /** Undefined: as the system is set. */
  readonly theme: 'light' | 'dark' | undefined;
}

export function readPreferences(request: Pick<Request, 'get'>): Preferences {
  const cookies = request.get('cookie') ?? '';
  return {
    language: chosen(cookies, 'altur_language', LANGUAGES),
    theme: chosen(cookies, 'altur_theme', ['light', 'dark'] as const),
  };
}

function chosen<Choice extends string>(
  cookies: string,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = new RegExp(`(?:^|; )${name}=([a-z]+)`).exec(cookies)?.[1];
  return choices.find((choice) => choice === value);
}
