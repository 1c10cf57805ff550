/** The metrics that `/metrics` exposes to Prometheus. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface QueueState {
  /** How many jobs are in each state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** The CRM as a whole cannot be written to. */
  readonly paused: boolean;
}

export interface Metrics {
  event(result: 'queued' | 'duplicate' | 'ignored' | 'unsigned' | 'invalid' | 'unavailable'): void;
  /** At the dashboard; `limited` were not looked at. */
  signIn(result: 'wrong' | 'limited'): void;
  /** `action`: of the job decision. */
  call(action: string): void;
  batch(size: number, ms: number): void;
  /** The CRM's daily API requests. */
  usage(used: number, limit: number): void;
  /** Prometheus' text format. `queue` is undefined while Redis does not answer. */
  render(queue: QueueState | undefined): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  return { ...recorders(registry), render: renderer(registry), contentType: registry.contentType };
}

function recorders(registry: Registry): Pick<Metrics, 'event' | 'signIn' | 'call' | 'batch' | 'usage'> {
  const registers = [registry];
  const events = new Counter({
    name: 'altur_events_total',
    help: 'Webhook deliveries, by the result at the ingress',
    labelNames: ['result'],
    registers,
  });
  const signIns = new Counter({
    name: 'altur_dashboard_sign_ins_total',
    help: 'Failed attempts to sign in to the dashboard: wrong, or limited after too many wrong ones',
    labelNames: ['result'],
    registers,
  });
  const calls = new Counter({
    name: 'altur_calls_total',
    help: 'Jobs, by the decision of the worker: complete, retry, delay, requeue, pause or fail',
    labelNames: ['outcome'],
    registers,
  });
  const batchSize = new Histogram({
    name: 'altur_batch_size',
    help: 'Calls written together',
    buckets: [1, 2, 5, 10, 25, 50, 100, 200],
    registers,
  });
  const batchSeconds = new Histogram({
    name: 'altur_sync_seconds',
    help: 'Time to write a batch',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const apiUsage = new Gauge({
    name: 'altur_crm_api_requests',
    help: "The CRM's daily API requests, of all integrations, as the CRM last reported: used, and the limit",
    labelNames: ['of'],
    registers,
  });
  return {
    usage(used, limit) {
      apiUsage.set({ of: 'used' }, used);
      apiUsage.set({ of: 'limit' }, limit);
    },
    event: (result) => events.inc({ result }),
    signIn: (result) => signIns.inc({ result }),
    call: (action) => calls.inc({ outcome: action }),
    batch: (size, ms) => {
      batchSize.observe(size);
      batchSeconds.observe(ms / 1_000);
    },
  };
}

function renderer(registry: Registry): Metrics['render'] {
  const registers = [registry];
  const queueJobs = new Gauge({
    name: 'altur_queue_jobs',
    help: 'Jobs in the queue by state; failed ones are dead letters',
    labelNames: ['state'],
    registers,
  });
  const crmPaused = new Gauge({
    name: 'altur_crm_paused',
    help: '1 while the queue is paused for the CRM; /readyz gives the reason',
    registers,
  });
  const redisUp = new Gauge({
    name: 'altur_redis_up',
    help: '1 while Redis answers; without Redis the metrics of the queue are absent',
    registers,
  });
  return async (queue) => {
    redisUp.set(queue ? 1 : 0);
    // The values of the last scrape are out of date.
    queueJobs.reset();
    crmPaused.remove();
    for (const [state, count] of Object.entries(queue?.jobs ?? {})) queueJobs.set({ state }, count);
    if (queue) crmPaused.set(queue.paused ? 1 : 0);
    return registry.metrics();
  };
}
