/** The metrics that `/metrics` exposes to Prometheus; docs/metrics.md says what each means. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { readVersion } from '../version.ts';
import { type AlertMetrics, alertMetrics } from './alert-metrics.ts';
import { type CallMetrics, callMetrics } from './call-metrics.ts';
import { type CrmMetrics, crmMetrics } from './crm-metrics.ts';
import { type IngressMetrics, ingressMetrics } from './ingress-metrics.ts';
import { type RecordingMetrics, recordingMetrics } from './recording-metrics.ts';
import { renderer, type ServiceState } from './state-metrics.ts';

export type { ServiceState } from './state-metrics.ts';

export interface Metrics extends IngressMetrics, RecordingMetrics, CallMetrics, CrmMetrics, AlertMetrics {
  /** Prometheus' text format. `state` is undefined while Redis does not answer. */
  render(state: ServiceState | undefined): Promise<string>;
  readonly contentType: string;
}

/** A finer measurement of the event loop's delay would wake up an idle process more often. */
const EVENT_LOOP_PRECISION_MS = 50;

/** `ofProcess`: those of Node and the process too (memory, CPU, event loop). */
export function createMetrics({ ofProcess = false } = {}): Metrics {
  const registry = new Registry();
  if (ofProcess) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  }
  const buildInfo = new Gauge({
    name: 'altur_build_info',
    help: 'Always 1; the label is the version of this process',
    labelNames: ['version'],
    registers: [registry],
  });
  buildInfo.set({ version: readVersion() }, 1);
  return {
    ...ingressMetrics(registry),
    ...recordingMetrics(registry),
    ...callMetrics(registry),
    ...crmMetrics(registry),
    ...alertMetrics(registry),
    render: renderer(registry),
    contentType: registry.contentType,
  };
}
