/** `ALTUR_WEBHOOK_SECRET`, as it arrives from shells, files and secret stores. Nothing here quotes a secret. */

/** A key of fewer characters is guessed, or was not copied completely. */
const MIN_LENGTH = 16;

/** Zero-width signs and byte order marks: copied along from web pages and editors, never part of a secret. */
const INVISIBLE = /[\u200B-\u200F\u2060\uFEFF\u00AD]/g;

/** Separated by commas or by line ends; quotes around the whole or around one of them are not part of it. */
export function splitSecrets(value: string): readonly string[] {
  return withoutQuotes(value.replace(INVISIBLE, ''))
    .split(/[,\r\n]+/)
    .map(withoutQuotes)
    .filter((secret) => secret !== '');
}

export function secretWarnings(secrets: readonly string[]): readonly string[] {
  const short = secrets.filter((secret) => secret.length < MIN_LENGTH).length;
  if (short === 0) return [];
  const which = secrets.length === 1 ? 'it has' : `${short} of ${secrets.length} secrets have`;
  return [
    `ALTUR_WEBHOOK_SECRET: ${which} fewer than ${MIN_LENGTH} characters: copy the signing secret from Altur’s webhook settings again`,
  ];
}

/** `docker run --env-file` keeps the quotes that a shell would remove: github.com/docker/compose/issues/11058 */
function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  const quoted = /^(["'])((?:(?!\1)[\s\S])*)\1$/.exec(trimmed);
  return quoted && trimmed.length > 1 ? quoted[2]!.trim() : trimmed;
}
