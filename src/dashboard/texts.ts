/** The texts of the pages: one file per language, which the browser reads too. */
import { readFileSync } from 'node:fs';

export type Language = 'en' | 'es';

export const LANGUAGES: readonly Language[] = ['en', 'es'];

export type Texts = Readonly<Record<string, string>>;

export function readTexts(language: Language): Texts {
  return JSON.parse(readFileSync(new URL(`assets/i18n/${language}.json`, import.meta.url), 'utf8'));
}
