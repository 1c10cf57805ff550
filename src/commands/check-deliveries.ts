/** Checks for `doctor` whether Altur's deliveries arrive, and are accepted. */
import type { Config } from '../config/config.ts';
import { WEBHOOK_PATH } from '../ingress/webhook.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import { type MinuteCounts, openMinuteCounts } from '../monitoring/minute-counts.ts';
import { jobCounts, openQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { commandLine } from './command-line.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';
import { counted, timeText } from './texts.ts';

type Settings = Pick<Config, 'webhook' | 'publicUrl'>;

export async function checkDeliveries(redis: RedisClient, settings: Settings): Promise<DoctorFinding[]> {
  const [minutes, [latest], jobs] = await Promise.all([
    // Only read here.
    openMinuteCounts(redis, { add() {} }).read(),
    openCallHistory(redis).find({ limit: 1 }),
    jobCounts(openQueue(redis)),
  ]);
  const sum = (what: 'received' | 'duplicates' | 'refused') =>
    minutes.reduce((total, minute) => total + minute[what], 0);
  const accepted = sum('received') + sum('duplicates');
  const refused = sum('refused');
  const hasArrived = latest !== undefined || accepted > 0 || Object.values(jobs).some((count) => count > 0);
  return [
    ...(refused > 0 ? [refusedFinding(refused, accepted, minutes, settings)] : []),
    ...(hasArrived ? [acceptedFinding(accepted, latest?.receivedAt)] : []),
    ...(!hasArrived && refused === 0 ? [neverFinding(settings)] : []),
  ];
}

function acceptedFinding(accepted: number, latestAt: number | undefined): DoctorFinding {
  const latest = latestAt === undefined ? '' : `, the latest call received at ${timeText(latestAt)}`;
  return ok('deliveries', `${counted(accepted, 'event')} accepted in the last hour${latest}`);
}

function refusedFinding(
  refused: number,
  accepted: number,
  minutes: readonly MinuteCounts[],
  { webhook: { scheme } }: Settings,
): DoctorFinding {
  const { at } = minutes.findLast((minute) => minute.refused > 0)!;
  const were = refused === 1 ? 'delivery was' : 'deliveries were';
  const message = `${refused} ${were} refused in the last hour, the last at ${timeText(at).slice(0, 16)}Z: wrong signature [WEBHOOK_UNSIGNED]`;
  const compare = 'compare ALTUR_WEBHOOK_SECRET with the signing secret in Altur’s webhook settings';
  const pinned = scheme === 'auto' ? '' : `, and set ALTUR_SIGNATURE_SCHEME=auto in place of ${scheme}`;
  if (accepted === 0)
    return error(
      'deliveries',
      `${message}; none was accepted`,
      `${compare}${pinned}, then restart the ingress`,
    );
  const others =
    'others are accepted: if Altur sent these too, another account or webhook has another secret';
  return warning('deliveries', `${message}; ${others}`, `${compare}${pinned}`);
}

/** The paths that a fresh clone and the image have. */
const SAMPLE = 'examples/events/answered.json';

function neverFinding({ publicUrl }: Settings): DoctorFinding {
  const base = publicUrl?.replace(/\/+$/, '') ?? 'https://<where Altur reaches this service>';
  const webhook = `set the webhook URL in Altur to ${base}${WEBHOOK_PATH}`;
  const send = `try the way with \`${commandLine('send', SAMPLE, '--wait')}\``;
  return warning('deliveries', 'none has ever arrived', webhook, `${webhook}, and ${send}`);
}
