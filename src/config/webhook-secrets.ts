/** `ALTUR_WEBHOOK_SECRET`, as it arrives from shells, files and secret stores. Nothing here quotes a secret. */
import { base64Key } from '../altur/signature.ts';
import { cleanValue, withoutQuotes } from './clean-value.ts';
import type { Problems } from './problems.ts';

/** A key of fewer characters is guessed, or was not copied completely. */
const MIN_LENGTH = 16;

const COPY = 'copy the signing secret from Altur’s webhook settings';

/** Adds to `problems`. */
export function readSecrets(
  given: Readonly<Record<string, string>>,
  isRequired: boolean,
  problems: Problems,
): readonly string[] {
  const secrets = splitSecrets(given.ALTUR_WEBHOOK_SECRET ?? '');
  if (secrets.length === 0 && isRequired) {
    const isSet = given.ALTUR_WEBHOOK_SECRET !== undefined;
    if (isSet) problems.wrong('ALTUR_WEBHOOK_SECRET', `holds nothing but quotes and commas: ${COPY}`);
    else problems.missing('ALTUR_WEBHOOK_SECRET', `is missing: ${COPY}`);
  }
  if (secrets.some((secret) => /^https?:\/\//i.test(secret))) {
    problems.wrong('ALTUR_WEBHOOK_SECRET', `is a URL: ${COPY}, not the webhook’s address`);
  }
  if (given.ALTUR_SIGNATURE_SCHEME?.toLowerCase() === 'base64' && !secrets.every(base64Key)) {
    problems.wrong(
      'ALTUR_WEBHOOK_SECRET',
      'is not base64 of at least 16 bytes, as ALTUR_SIGNATURE_SCHEME=base64 requires: copy it again, or use the scheme hex',
    );
  }
  return secrets;
}

/** Separated by commas or by line ends; quotes around the whole or around one of them are not part of it. */
export function splitSecrets(value: string): readonly string[] {
  return cleanValue(value)
    .split(/[,\r\n]+/)
    .map(withoutQuotes)
    .filter((secret) => secret !== '');
}

export function secretWarnings(secrets: readonly string[]): readonly string[] {
  const short = secrets.filter((secret) => secret.length < MIN_LENGTH).length;
  if (short === 0) return [];
  const which = secrets.length === 1 ? 'it has' : `${short} of ${secrets.length} secrets have`;
  return [`ALTUR_WEBHOOK_SECRET: ${which} fewer than ${MIN_LENGTH} characters: ${COPY} again`];
}
