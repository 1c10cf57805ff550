/** A value as it was meant: without what shells, editors, web pages and `docker run --env-file` leave around it. */

/** Zero-width signs and byte order marks: copied along from web pages and editors, never part of a value. */
const INVISIBLE = /[\u200B-\u200F\u2060\uFEFF\u00AD]/g;

const QUOTED = [/^(["'`])((?:(?!\1)[\s\S])*)\1$/, /^([“„])([^“”„]*)[“”]$/, /^([‘‚])([^‘’‚]*)[‘’]$/];

/** Empty where nothing is left. */
export function cleanValue(value: string): string {
  return withoutQuotes(value.replace(INVISIBLE, ''));
}

/** `docker run --env-file` keeps the quotes that a shell would remove: github.com/docker/compose/issues/11058 */
export function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length < 2) return trimmed;
  for (const quoted of QUOTED) {
    const inner = quoted.exec(trimmed)?.[2];
    if (inner !== undefined) return inner.trim();
  }
  return trimmed;
}
