/** The state of the whole service for `/metrics`; undefined while Redis does not answer. */
import type { ServiceState } from '../metrics/metrics.ts';
import { oldestWaiting } from '../monitoring/oldest-waiting.ts';
import { isWorker, type RunningProcesses } from '../monitoring/running-processes.ts';
import type { PauseNotice } from '../queue/pause-notice.ts';
import { type CallQueue, jobCounts } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { RedisHealth } from '../queue/redis-health.ts';
import { dayBefore } from '../reconcile/calendar.ts';
import { type DayStatement, isComplete } from '../reconcile/statement.ts';
import { StatementStore } from '../reconcile/statement-store.ts';
import { calendarOf } from './calendar.ts';
import { readReconcileState } from './reconcile-state.ts';

export interface StateSources {
  readonly queue: CallQueue;
  readonly redis: RedisClient;
  readonly pauseNotice: PauseNotice;
  readonly processes: RunningProcesses;
  readonly health: RedisHealth;
  /** Whose yesterday it is. */
  readonly timeZone: string;
}

/** Undefined where it cannot say that there are none. */
function missingOf(statement: DayStatement): number | undefined {
  const missing = statement.listed.missing + statement.unlisted.missing;
  return missing > 0 || isComplete(statement) ? missing : undefined;
}

export async function readServiceState(sources: StateSources): Promise<ServiceState | undefined> {
  const { queue, redis, pauseNotice, processes, health, timeZone } = sources;
  try {
    const [{ wait, active, delayed, failed }, pause, oldestWaitingSince, running, [statement], reconcile] =
      await Promise.all([
        jobCounts(queue),
        pauseNotice.read(),
        oldestWaiting(queue, redis),
        processes.list(),
        new StatementStore(redis).read([dayBefore(calendarOf(timeZone).dayOf(Date.now()))]),
        readReconcileState(redis),
      ]);
    return {
      jobs: { active, wait, delayed, failed },
      paused: pause !== undefined,
      oldestWaitingSince,
      workersAlive: running.filter(isWorker).length,
      redisMemoryUsed: health.memoryUsed,
      missingCalls: statement && missingOf(statement),
      reconcileFailures: reconcile?.failures,
    };
  } catch {
    // The connection's own error is logged, and `altur_redis_up` is 0.
    return undefined;
  }
}
