/** The state of the whole service, as it is when Prometheus asks: every process exposes the same. */
import { Gauge, type Registry } from 'prom-client';

export interface ServiceState {
  /** How many jobs are in each state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** The CRM as a whole cannot be written to. */
  readonly paused: boolean;
  /** When the oldest waiting call was received, ms since the epoch; absent when none waits. */
  readonly oldestWaitingSince?: number | undefined;
  readonly workersAlive?: number;
  /** Of Redis' memory, from 0 to 1; absent where it has no limit. */
  readonly redisMemoryUsed?: number | undefined;
  /** By the statement of yesterday; absent where none was made. */
  readonly missingCalls?: number | undefined;
  /** Of RECONCILE_EVERY, in a row; absent where it is off. */
  readonly reconcileFailures?: number | undefined;
}

/** Renders the metrics with this state; while Redis does not answer, without it. */
export function renderer(registry: Registry): (state: ServiceState | undefined) => Promise<string> {
  const set = gauges(registry);
  return async (state) => {
    set(state);
    return registry.metrics();
  };
}

function gauges(registry: Registry): (state: ServiceState | undefined) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) => {
    return new Gauge({ name, help, labelNames, registers: [registry] });
  };
  const redisUp = gauge(
    'altur_redis_up',
    '1 while Redis answers; without it the metrics of the queue are absent',
  );
  const jobs = gauge('altur_queue_jobs', 'Jobs in the queue by state; failed ones are dead letters', [
    'state',
  ]);
  const crmPaused = gauge(
    'altur_crm_paused',
    '1 while the queue is paused for the CRM; /readyz gives the reason',
  );
  const oldest = gauge(
    'altur_oldest_waiting_seconds',
    'How long ago the oldest call was received that waits to be written; 0 when none waits',
  );
  const workers = gauge('altur_workers_alive', 'Processes that take calls from the queue');
  const memory = gauge(
    'altur_redis_memory_used_ratio',
    'Used share of the memory Redis may use, from 0 to 1; absent where it has no limit',
  );
  const missing = gauge(
    'altur_statement_missing_calls',
    'Calls that the statement of yesterday found missing in the CRM; absent where none was made, or not all calls could be compared',
  );
  const failures = gauge(
    'altur_reconcile_failures',
    'Runs of RECONCILE_EVERY that have failed, in a row; absent where it is off',
  );
  return (state) => {
    // The values of the last time are out of date.
    jobs.reset();
    for (const each of [crmPaused, oldest, workers, memory, missing, failures]) each.remove();
    redisUp.set(state ? 1 : 0);
    if (!state) return;
    const { oldestWaitingSince, workersAlive, redisMemoryUsed, missingCalls, reconcileFailures } = state;
    for (const [name, count] of Object.entries(state.jobs)) jobs.set({ state: name }, count);
    crmPaused.set(state.paused ? 1 : 0);
    oldest.set(oldestWaitingSince === undefined ? 0 : Math.max(0, (Date.now() - oldestWaitingSince) / 1_000));
    if (workersAlive !== undefined) workers.set(workersAlive);
    if (redisMemoryUsed !== undefined) memory.set(redisMemoryUsed);
    if (missingCalls !== undefined) missing.set(missingCalls);
    if (reconcileFailures !== undefined) failures.set(reconcileFailures);
  };
}
