/** How links to recordings are signed: from PUBLIC_URL, ALTUR_API_KEY and RECORDING_LINK_SECRET. */
import type { RecordingLinkSettings } from '../recordings/recording-links.ts';
import { splitSecrets } from './webhook-secrets.ts';

interface LinkVariables {
  readonly PUBLIC_URL?: string | undefined;
  readonly ALTUR_API_KEY?: string | undefined;
  readonly RECORDING_LINK_SECRET?: string | undefined;
  readonly RECORDING_LINK_TTL?: number | undefined;
}

/** Undefined where no links can be made: nobody could follow them, or the recording could not be read. */
export function recordingLinkSettings(variables: LinkVariables): RecordingLinkSettings | undefined {
  const { PUBLIC_URL: publicUrl, ALTUR_API_KEY: apiKey, RECORDING_LINK_TTL: ttlMs } = variables;
  if (publicUrl === undefined || apiKey === undefined) return undefined;
  const own = splitSecrets(variables.RECORDING_LINK_SECRET ?? '');
  const isDerived = own.length === 0;
  return { publicUrl, secrets: isDerived ? [apiKey] : own, isDerived, ...(ttlMs !== undefined && { ttlMs }) };
}
