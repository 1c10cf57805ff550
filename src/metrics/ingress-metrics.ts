/** Deliveries and sign-ins. */
import { Counter, type Registry } from 'prom-client';

const EVENT_RESULTS = ['queued', 'duplicate', 'ignored', 'unsigned', 'invalid', 'unavailable'] as const;
const SIGN_IN_RESULTS = ['wrong', 'limited'] as const;

export type EventResult = (typeof EVENT_RESULTS)[number];

export interface IngressMetrics {
  /** A delivery was answered. */
  event(result: EventResult): void;
  /** At the dashboard; `limited` were not looked at. */
  signIn(result: (typeof SIGN_IN_RESULTS)[number]): void;
}

export function ingressMetrics(registry: Registry): IngressMetrics {
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
  // Prometheus sees no increase from nothing to 1.
  for (const result of EVENT_RESULTS) events.inc({ result }, 0);
  for (const result of SIGN_IN_RESULTS) signIns.inc({ result }, 0);
  return { event: (result) => events.inc({ result }), signIn: (result) => signIns.inc({ result }) };
}
