/** Alerts, by cause: docs/alerts.md explains each. */
import { Counter, type Registry } from 'prom-client';

export interface AlertMetrics {
  alert(cause: string): void;
}

export function alertMetrics(registry: Registry): AlertMetrics {
  const alerts = new Counter({
    name: 'altur_alerts_total',
    help: 'Alerts, by cause; each is counted once, by the process that tells of it',
    labelNames: ['cause'],
    registers: [registry],
  });
  return { alert: (cause) => alerts.inc({ cause }) };
}
