/**
 * `LANGUAGE`, of titles and bodies. Many systems set a variable of this name to a list of locales, such as
 * `es_MX:es:en`: https://www.gnu.org/software/gettext/manual/html_node/The-LANGUAGE-variable.html
 */
export type Language = 'en' | 'es';

/** Undefined: there is no such language. */
export function languageOf(value: string): Language | undefined {
  const [first = ''] = value.trim().split(':');
  if (first === '' || /^(C|POSIX)(\.[\w-]+)?$/i.test(first)) return 'en';
  return /^(en|es)([_.@-].*)?$/i.exec(first)?.[1]?.toLowerCase() as Language | undefined;
}

export const LANGUAGE_PROBLEM =
  'must be en or es; where the system sets it to other locales, LANGUAGE=en or LANGUAGE=es in .env counts';

/** Is it meant for this service alone, and no locale? */
export function isLanguage(value: string): value is Language {
  return value === 'en' || value === 'es';
}
