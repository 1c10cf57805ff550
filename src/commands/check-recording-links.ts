/** Checks for `doctor` whether calls get links to their recordings, and whether these would work. */
import { durationText } from '../alerts/alert-text.ts';
import type { Config } from '../config/config.ts';
import { type RecordingLinkSettings, RecordingLinks } from '../recordings/recording-links.ts';
import { type DoctorFinding, ok, warning } from './findings.ts';
import { networkFault } from './network-fault.ts';
import { counted } from './texts.ts';

const SUBJECT = 'recordings';

/** By the configuration alone. */
export function recordingFindings({ recordings, publicUrl, altur }: Config): DoctorFinding[] {
  if (!recordings) {
    const missing = [
      ...(publicUrl === undefined ? ['PUBLIC_URL'] : []),
      ...(altur.apiKey === undefined ? ['ALTUR_API_KEY'] : []),
    ];
    const message = `Altur’s own links, which need its API key, are written; set ${missing.join(' and ')} for links that need none`;
    return [ok(SUBJECT, message)];
  }
  const { secrets, isDerived, ttlMs } = recordings;
  const older = secrets.length === 1 ? '' : `, ${secrets.length - 1} older accepted`;
  const signedWith = isDerived ? 'ALTUR_API_KEY' : `RECORDING_LINK_SECRET${older}`;
  const lifetime = ttlMs === undefined ? 'do not expire' : `work for ${lifetimeText(ttlMs)}`;
  const on = ok(SUBJECT, `links below ${linkBase(recordings)}, signed with ${signedWith}; they ${lifetime}`);
  return isDerived ? [on, derived()] : [on];
}

const DAY_MS = 24 * 3_600_000;

function lifetimeText(ms: number): string {
  return ms % DAY_MS === 0 ? counted(ms / DAY_MS, 'day') : durationText(ms);
}

function derived(): DoctorFinding {
  return warning(
    SUBJECT,
    'rotating ALTUR_API_KEY would break every link that is in the CRM, since links are signed with it',
    'set RECORDING_LINK_SECRET=<a new secret>,<the present ALTUR_API_KEY>: the new one signs, and links of before go on working',
  );
}

function linkBase({ publicUrl }: RecordingLinkSettings): string {
  return `${publicUrl.replace(/\/+$/, '')}/recordings/`;
}

const PATIENCE_MS = 10_000;
/** A link whose time is over is answered so, without asking Altur: src/recordings/. */
const GONE = 410;

/** Follows a link that has expired: the answer to it shows that it came through, and that its key is known. */
export async function checkRecordingLinks(settings: RecordingLinkSettings): Promise<DoctorFinding[]> {
  const anHourAgo = Date.now() - 3_600_000;
  const link = new RecordingLinks({ ...settings, ttlMs: 1 }).linkTo('doctor', anHourAgo);
  const url = new URL(link);
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    if (response.status === GONE) return [ok(SUBJECT, `${linkBase(settings)} is reached, and accepts links`)];
    const message = `a link below ${linkBase(settings)} is answered ${response.status}: it does not reach the ingress, or that has other secrets`;
    const fix =
      'have the proxy pass /recordings/ to the ingress (docs/recordings.md), and give the ingress the same PUBLIC_URL, ALTUR_API_KEY and RECORDING_LINK_SECRET';
    return [warning(SUBJECT, message, fix)];
  } catch (error) {
    const fix =
      'see that people reach PUBLIC_URL; where it is only this machine that does not, nothing is wrong';
    return [warning(SUBJECT, networkFault(url, error as Error), fix)];
  }
}
