/** How links to recordings are signed: from PUBLIC_URL, ALTUR_API_KEY and RECORDING_LINK_SECRET. Nothing here quotes a secret. */
import type { RecordingLinkSettings } from '../recordings/recording-links.ts';
import type { Problems } from './problems.ts';
import { endsInDashboard } from './url-variables.ts';
import { splitSecrets } from './webhook-secrets.ts';

interface LinkVariables {
  readonly PUBLIC_URL?: string | undefined;
  readonly ALTUR_API_KEY?: string | undefined;
  readonly RECORDING_LINK_SECRET?: string | undefined;
  readonly RECORDING_LINK_TTL?: number | undefined;
}

/** Who has one link can try secrets on it: a shorter one is found. */
const MIN_LENGTH = 16;

const WRITE = 'write a long random text, such as `openssl rand -hex 32` prints';

type Given = Readonly<Record<string, string>>;

/** Adds to `problems`. */
export function checkRecordingLinks(given: Given, problems: Problems): void {
  checkSecrets(given, problems);
  checkAddress(given, problems);
}

function checkSecrets(given: Given, problems: Problems): void {
  const name = 'RECORDING_LINK_SECRET';
  if (given[name] === undefined) return;
  const secrets = splitSecrets(given[name]);
  const [first] = secrets;
  if (first === undefined) problems.wrong(name, `holds nothing but quotes and commas: ${WRITE}`);
  else if (secrets.some((secret) => /^https?:\/\//i.test(secret)))
    problems.wrong(name, `is a URL: ${WRITE}; the address of links is PUBLIC_URL`);
  else if (first.length < MIN_LENGTH)
    problems.wrong(name, `must have at least ${MIN_LENGTH} characters: ${WRITE}`);
}

/** Every link in the CRM would be wrong, and stay so: the links in alerts alone are worth a warning only. */
function checkAddress({ PUBLIC_URL, ALTUR_API_KEY }: Given, problems: Problems): void {
  if (PUBLIC_URL === undefined || ALTUR_API_KEY === undefined || !endsInDashboard(PUBLIC_URL)) return;
  problems.wrong(
    'PUBLIC_URL',
    'ends in /dashboard, so no link to a recording would work: write what comes before it',
  );
}

/** Undefined where no links can be made: nobody could follow them, or the recording could not be read. */
export function recordingLinkSettings(variables: LinkVariables): RecordingLinkSettings | undefined {
  const { PUBLIC_URL: publicUrl, ALTUR_API_KEY: apiKey, RECORDING_LINK_TTL: ttlMs } = variables;
  if (publicUrl === undefined || apiKey === undefined) return undefined;
  const own = [...new Set(splitSecrets(variables.RECORDING_LINK_SECRET ?? ''))];
  const isDerived = own.length === 0;
  return { publicUrl, secrets: isDerived ? [apiKey] : own, isDerived, ...(ttlMs !== undefined && { ttlMs }) };
}

/** `webhookSecrets`: they are known to Altur as well. */
export function recordingLinkWarnings(
  variables: LinkVariables,
  webhookSecrets: readonly string[],
): readonly string[] {
  const secrets = splitSecrets(variables.RECORDING_LINK_SECRET ?? '');
  const short = secrets.slice(1).filter((secret) => secret.length < MIN_LENGTH).length;
  return [
    ...unused(variables),
    ...(new Set(secrets).size < secrets.length
      ? [
          'RECORDING_LINK_SECRET: names the same secret twice: only the first signs, so write the new one first',
        ]
      : []),
    ...(secrets.some((secret) => webhookSecrets.includes(secret))
      ? [`RECORDING_LINK_SECRET: is ALTUR_WEBHOOK_SECRET, which others know: ${WRITE}`]
      : []),
    ...(short > 0
      ? [`RECORDING_LINK_SECRET: ${short} of its older secrets can be guessed: remove what is short`]
      : []),
    ...plainLinks(recordingLinkSettings(variables)),
  ];
}

function unused({ PUBLIC_URL, ALTUR_API_KEY, ...variables }: LinkVariables): string[] {
  const missing = [
    ...(PUBLIC_URL === undefined ? ['PUBLIC_URL'] : []),
    ...(ALTUR_API_KEY === undefined ? ['ALTUR_API_KEY'] : []),
  ];
  if (missing.length === 0) return [];
  return (['RECORDING_LINK_SECRET', 'RECORDING_LINK_TTL'] as const)
    .filter((name) => variables[name] !== undefined)
    .map((name) => `${name}: is not used: links to recordings need ${missing.join(' and ')} too`);
}

function plainLinks(settings: RecordingLinkSettings | undefined): string[] {
  if (!settings || new URL(settings.publicUrl).protocol === 'https:') return [];
  return [
    'PUBLIC_URL: is http://: links to recordings are written as text alone, since players in CRMs take https:// only',
  ];
}
