/** Checks the queue for `doctor`: what waits, what has failed, and whether it is paused. */
import { oldestWaiting } from '../monitoring/oldest-waiting.ts';
import { openPauseNotice } from '../queue/pause-notice.ts';
import { jobCounts, openQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { commandLine } from './command-line.ts';
import { type DoctorFinding, error, ok, warning } from './findings.ts';
import { counted, timeText } from './texts.ts';

/** A call is written within seconds, and after a temporary failure within minutes. */
const LONG_MS = 10 * 60_000;

export async function checkQueue(redis: RedisClient): Promise<DoctorFinding[]> {
  const queue = openQueue(redis);
  const [{ wait, active, delayed, failed }, oldest, pause] = await Promise.all([
    jobCounts(queue),
    oldestWaiting(queue, redis),
    openPauseNotice(redis).read(),
  ]);
  const findings = [ok('queue', `${wait} queued, ${active} being written, ${delayed} retrying`)];
  if (pause)
    findings.push(
      error('queue', `paused: ${pause.reason}`, `do as it says; next attempt at ${timeText(pause.until)}`),
    );
  if (oldest !== undefined && Date.now() - oldest > LONG_MS) {
    const minutes = Math.round((Date.now() - oldest) / 60_000);
    const message = `the oldest waiting call was received ${minutes} minutes ago, at ${timeText(oldest)}`;
    findings.push(warning('queue', message, 'see above why nothing is written, or start more workers'));
  }
  if (failed > 0) {
    const list = `\`${commandLine('failed', 'list')}\` prints the reasons`;
    const fix = `${list}, \`${commandLine('failed', 'retry')}\` tries again`;
    findings.push(warning('queue', counted(failed, 'dead letter'), fix, `look at the dead letters: ${list}`));
  }
  return findings;
}
