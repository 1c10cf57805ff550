/** The checks of `/readyz`: can events be accepted, and can calls be written? */
import type { Pause, PauseNotice } from '../queue/pause-notice.ts';
import type { RedisClient } from '../queue/redis.ts';
import { withTimeout } from '../timeout.ts';
import type { CrmConnection } from './connect-to-crm.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly reason?: string;
}

/** Longer than a healthy Redis takes; the check must not hang. */
const PING_TIMEOUT_MS = 1_500;

/** `connection` is absent where no worker runs. */
export async function checkReadiness(
  redis: RedisClient,
  pauseNotice: PauseNotice,
  connection: Pick<CrmConnection, 'connected' | 'reason'> | undefined,
): Promise<readonly Check[]> {
  try {
    await withTimeout(redis.ping(), PING_TIMEOUT_MS);
    const pause = await withTimeout(pauseNotice.read(), PING_TIMEOUT_MS);
    return [{ name: 'redis', ok: true }, crmCheck(pause, connection)];
  } catch (error) {
    const reason = `Redis does not answer (${(error as Error).message}): check that it runs and that REDIS_URL is right`;
    return [{ name: 'redis', ok: false, reason }];
  }
}

function crmCheck(
  pause: Pause | undefined,
  connection: Pick<CrmConnection, 'connected' | 'reason'> | undefined,
): Check {
  if (pause) {
    const nextAttempt = new Date(pause.until).toISOString();
    return {
      name: 'crm',
      ok: false,
      reason: `${pause.reason} (queue paused; next attempt at ${nextAttempt})`,
    };
  }
  if (connection && !connection.connected) {
    return { name: 'crm', ok: false, reason: connection.reason ?? 'the CRM has not answered yet' };
  }
  return { name: 'crm', ok: true };
}
