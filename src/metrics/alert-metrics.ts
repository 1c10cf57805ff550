/** Alerts, by cause: docs/alerts.md explains each. */
import { Counter, type Registry } from 'prom-client';

const CAUSES = [
  'redis-down',
  'no-worker',
  'crm-unauthorized',
  'crm-unavailable',
  'crm-rate-limited',
  'redis-nearly-full',
  'signature-failures',
  'oldest-waiting',
  'crm-quota',
  'reconcile-failing',
  'dead-letters',
] as const;

export interface AlertMetrics {
  alert(cause: (typeof CAUSES)[number]): void;
}

export function alertMetrics(registry: Registry): AlertMetrics {
  const alerts = new Counter({
    name: 'altur_alerts_total',
    help: 'Alerts, by cause; each is counted once, by the process that tells of it',
    labelNames: ['cause'],
    registers: [registry],
  });
  // Prometheus sees no increase from nothing to 1.
  for (const cause of CAUSES) alerts.inc({ cause }, 0);
  return { alert: (cause) => alerts.inc({ cause }) };
}
