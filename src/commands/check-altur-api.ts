/** Checks for `doctor` that Altur's API accepts the key: recordings, `resync` and reconcile need it. */
import { AlturApi } from '../altur/api-client.ts';
import { AlturApiError } from '../altur/api-error.ts';
import type { Config } from '../config/config.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';

const SUBJECT = 'Altur’s API';
/** Of all attempts: the client would try for longer. */
const PATIENCE_MS = 10_000;

export async function checkAlturApi({ apiKey, apiUrl }: Config['altur']): Promise<DoctorFinding[]> {
  if (apiKey === undefined) return [];
  const { host } = new URL(apiUrl);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    // The first page says it.
    for await (const _ of new AlturApi({ apiKey, apiUrl }).campaigns(patience)) break;
    return [ok(SUBJECT, `${host} accepts ALTUR_API_KEY`)];
  } catch (cause) {
    if (patience.aborted) {
      const fix = 'check ALTUR_API_URL and the network, or try again later';
      return [warning(SUBJECT, `${host} does not give an answer within ${PATIENCE_MS / 1_000} s`, fix)];
    }
    if (!(cause instanceof AlturApiError)) throw cause;
    const [what = '', fix = ''] = cause.message.split(/: (.*)/s);
    const isTemporary = cause.retryAfterMs !== undefined;
    return [isTemporary ? warning(SUBJECT, what, fix) : error(SUBJECT, what, fix)];
  }
}
