/** Requests to the CRM, its quota, and when it cannot be written to. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RequestObserver } from '../../connectors/connector.ts';

export interface CrmMetrics {
  readonly crmRequest: RequestObserver;
  /** The queue was paused, `ms` longer than it was already. */
  paused(pause: { readonly kind: string; readonly code: string }, ms: number): void;
  /** The CRM's daily API requests. */
  usage(used: number, limit: number): void;
}

export function crmMetrics(registry: Registry): CrmMetrics {
  const registers = [registry];
  const pauses = new Counter({
    name: 'altur_pauses_total',
    help: 'How often the queue was paused because the CRM as a whole could not be written to',
    labelNames: ['kind', 'code'],
    registers,
  });
  const pausedSeconds = new Counter({
    name: 'altur_paused_seconds_total',
    help: 'How long the queue was paused because the CRM as a whole could not be written to',
    labelNames: ['kind', 'code'],
    registers,
  });
  const apiUsage = new Gauge({
    name: 'altur_crm_api_requests',
    help: "The CRM's daily API requests, of all integrations, as the CRM last reported: used, and the limit",
    labelNames: ['of'],
    registers,
  });
  return {
    crmRequest: requestMetrics(registers),
    paused({ kind, code }, ms) {
      pauses.inc({ kind, code });
      pausedSeconds.inc({ kind, code }, ms / 1_000);
    },
    usage(used, limit) {
      apiUsage.set({ of: 'used' }, used);
      apiUsage.set({ of: 'limit' }, limit);
    },
  };
}

function requestMetrics(registers: Registry[]): RequestObserver {
  const requests = new Counter({
    name: 'altur_crm_requests_total',
    help: 'Requests to the CRM, by the status of the response; none when no response came',
    labelNames: ['method', 'endpoint', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'altur_crm_request_seconds',
    help: 'Time until the CRM responded, or until no response was expected any more',
    labelNames: ['method', 'endpoint'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  return ({ method, endpoint }) => {
    const startedAt = performance.now();
    return ({ status }) => {
      requests.inc({ method, endpoint, status: status ?? 'none' });
      seconds.observe({ method, endpoint }, (performance.now() - startedAt) / 1_000);
    };
  };
}
