/** The checks of `/readyz`: can events be accepted, and can calls be written? */
import { isWorker, type RunningProcesses } from '../monitoring/running-processes.ts';
import type { Pause, PauseNotice } from '../queue/pause-notice.ts';
import { faultText, type RedisHealth } from '../queue/redis-health.ts';
import { withTimeout } from '../timeout.ts';
import type { CrmConnection } from './connect-to-crm.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Of a fault of Redis, and of a warning. */
  readonly code?: string;
  /** Of a check that is ok: a warning. */
  readonly reason?: string;
}

export interface ReadinessParts {
  readonly health: RedisHealth;
  readonly pauseNotice: PauseNotice;
  readonly processes: RunningProcesses;
  /** Absent where no worker runs. */
  readonly connection: Pick<CrmConnection, 'connected' | 'reason'> | undefined;
}

/** Longer than a healthy Redis takes; the check must not hang. */
const REDIS_TIMEOUT_MS = 1_500;

export async function checkReadiness(parts: ReadinessParts): Promise<readonly Check[]> {
  const { health, pauseNotice, processes, connection } = parts;
  const fault = await health.diagnose(REDIS_TIMEOUT_MS);
  if (fault) return [{ name: 'redis', ok: false, code: fault.code, reason: faultText(fault) }];
  try {
    const reads = Promise.all([pauseNotice.read(), processes.list()]);
    const [pause, running] = await withTimeout(reads, REDIS_TIMEOUT_MS);
    const hasWorker = connection !== undefined || running.some(isWorker);
    return [{ name: 'redis', ok: true }, crmCheck(pause, connection), hasWorker ? WORKERS_ALIVE : NO_WORKER];
  } catch (error) {
    return [{ name: 'redis', ok: false, reason: `Redis does not answer (${(error as Error).message})` }];
  }
}

const WORKERS_ALIVE: Check = { name: 'workers', ok: true };

/** Ok all the same: events are accepted, and safe in the queue. */
const NO_WORKER: Check = {
  name: 'workers',
  ok: true,
  code: 'NO_WORKER',
  reason:
    'no worker is running: events are accepted and kept in the queue, but nothing is written to the CRM',
};

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
