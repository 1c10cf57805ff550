/** What `/readyz` checks: can calls be taken, and can they be written? */
import type { Pause, PauseNotice } from '../queue/pause-notice.ts';
import type { RedisClient } from '../queue/redis.ts';
import { within } from '../timeout.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly reason?: string;
}

/** Whether the CRM has answered this process yet; `reason` says why not. */
export interface Start {
  ok: boolean;
  reason?: string;
}

/** Longer than a healthy Redis ever takes; a probe must not hang. */
const PING_TIMEOUT_MS = 1_500;

/** `started` is absent where no worker runs. */
export async function checkReadiness(
  redis: RedisClient,
  pause: PauseNotice,
  started: Readonly<Start> | undefined,
): Promise<readonly Check[]> {
  try {
    await within(redis.ping(), PING_TIMEOUT_MS);
    return [{ name: 'redis', ok: true }, crmCheck(await within(pause.read(), PING_TIMEOUT_MS), started)];
  } catch (error) {
    const reason = `Redis does not answer (${(error as Error).message}): see that it runs and that REDIS_URL is right`;
    return [{ name: 'redis', ok: false, reason }];
  }
}

function crmCheck(pause: Pause | undefined, started: Readonly<Start> | undefined): Check {
  if (pause) {
    const again = new Date(pause.until).toISOString();
    return { name: 'crm', ok: false, reason: `${pause.reason} (calls wait; tried again at ${again})` };
  }
  if (started && !started.ok) {
    return { name: 'crm', ok: false, reason: started.reason ?? 'the CRM has not answered yet' };
  }
  return { name: 'crm', ok: true };
}
