/** The checks of `/readyz`: can events be accepted, and can calls be written? */
import type { Pause, PauseNotice } from '../queue/pause-notice.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { RedisFault } from '../queue/redis-fault.ts';
import { faultText, type RedisHealth } from '../queue/redis-health.ts';
import { connectionFault } from '../queue/redis-state.ts';
import { withTimeout } from '../timeout.ts';
import type { CrmConnection } from './connect-to-crm.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Of a fault of Redis. */
  readonly code?: string;
  readonly reason?: string;
}

/** Longer than a healthy Redis takes; the check must not hang. */
const REDIS_TIMEOUT_MS = 1_500;

/** `connection` is absent where no worker runs. */
export async function checkReadiness(
  redis: RedisClient,
  health: RedisHealth,
  pauseNotice: PauseNotice,
  connection: Pick<CrmConnection, 'connected' | 'reason'> | undefined,
): Promise<readonly Check[]> {
  const fault = await redisFault(redis, health);
  if (fault) return [{ name: 'redis', ok: false, code: fault.code, reason: faultText(fault) }];
  try {
    const pause = await withTimeout(pauseNotice.read(), REDIS_TIMEOUT_MS);
    return [{ name: 'redis', ok: true }, crmCheck(pause, connection)];
  } catch (error) {
    return [{ name: 'redis', ok: false, reason: `Redis does not answer (${(error as Error).message})` }];
  }
}

async function redisFault(redis: RedisClient, health: RedisHealth): Promise<RedisFault | undefined> {
  try {
    return await withTimeout(health.check(), REDIS_TIMEOUT_MS);
  } catch {
    return connectionFault(redis);
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
