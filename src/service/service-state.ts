/** The state of the whole service for `/metrics`; undefined while Redis does not answer. */
import type { ServiceState } from '../metrics/metrics.ts';
import { oldestWaiting } from '../monitoring/oldest-waiting.ts';
import { isWorker, type RunningProcesses } from '../monitoring/running-processes.ts';
import type { PauseNotice } from '../queue/pause-notice.ts';
import { type CallQueue, jobCounts } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { RedisHealth } from '../queue/redis-health.ts';

export interface StateSources {
  readonly queue: CallQueue;
  readonly redis: RedisClient;
  readonly pauseNotice: PauseNotice;
  readonly processes: RunningProcesses;
  readonly health: RedisHealth;
}

export async function readServiceState(sources: StateSources): Promise<ServiceState | undefined> {
  const { queue, redis, pauseNotice, processes, health } = sources;
  try {
    const [{ wait, active, delayed, failed }, pause, oldestWaitingSince, running] = await Promise.all([
      jobCounts(queue),
      pauseNotice.read(),
      oldestWaiting(queue, redis),
      processes.list(),
    ]);
    return {
      jobs: { active, wait, delayed, failed },
      paused: pause !== undefined,
      oldestWaitingSince,
      workersAlive: running.filter(isWorker).length,
      redisMemoryUsed: health.memoryUsed,
    };
  } catch {
    // The connection's own error is logged, and `altur_redis_up` is 0.
    return undefined;
  }
}
