/** Counts what the ingress answers and what the worker does: for Prometheus, and per minute for the dashboard. */
import type { EventResult } from '../metrics/ingress-metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { CountedInMinutes } from '../monitoring/minute-counts.ts';
import type { Delivery } from '../queue/job.ts';
import { type CompleteDecision, type JobDecision, PERSON_BUSY } from '../worker/job-decision.ts';
import type { WorkerParts } from '../worker/worker.ts';
import type { Monitoring } from './monitoring.ts';

const ANSWERS_IN_MINUTES: Readonly<Partial<Record<EventResult, CountedInMinutes>>> = {
  queued: 'received',
  duplicate: 'duplicates',
  unsigned: 'refused',
};

export function countEvents(
  metrics: Metrics,
  { minuteCounts, heartbeat }: Monitoring,
): Pick<Metrics, 'event'> {
  return {
    event(result) {
      metrics.event(result);
      const counted = ANSWERS_IN_MINUTES[result];
      if (counted) minuteCounts.add(counted);
      if (result === 'queued' || result === 'duplicate') heartbeat.markActive();
    },
  };
}

export function countCalls(
  metrics: Metrics,
  monitoring: Monitoring,
): Required<Pick<WorkerParts, 'onDecision' | 'onRetry' | 'onDeadLetter' | 'onPause'>> {
  const { minuteCounts } = monitoring;
  const retried = () => {
    metrics.outcome('retried');
    minuteCounts.add('retried');
  };
  return {
    onDecision(decision, delivery) {
      metrics.call(decision.action);
      if (delivery.reconciled) countReconciledCall(metrics, decision);
      if (decision.action === 'complete') countCompleted(metrics, monitoring, decision, delivery);
      else if (isUncountedRetry(decision)) retried();
    },
    onRetry: retried,
    onDeadLetter() {
      metrics.outcome('dead_letter');
      minuteCounts.add('deadLetters');
    },
    onPause: metrics.paused,
  };
}

/** Once it is decided for good. */
function countReconciledCall(metrics: Metrics, decision: JobDecision): void {
  if (decision.action === 'complete') metrics.reconciledCall(decision.result);
  else if (decision.action === 'fail') metrics.reconciledCall('dead_letter');
}

/** A call that only waits for another batch was not tried. */
function isUncountedRetry(decision: JobDecision): boolean {
  return decision.action === 'delay' && decision !== PERSON_BUSY;
}

function countCompleted(
  metrics: Metrics,
  { minuteCounts, skippedFields }: Monitoring,
  { result, skippedFields: skipped = [] }: CompleteDecision,
  { event, receivedAt, reconciled }: Delivery,
): void {
  if (result !== 'synced') {
    metrics.outcome(result);
    if (result === 'skipped') minuteCounts.add('skipped');
    return;
  }
  metrics.outcome(skipped.length > 0 ? 'synced_with_skipped_fields' : 'synced');
  // How long ago a call ended whose webhook never came says nothing of how fast it was written.
  if (!reconciled) metrics.delivered(Date.now() - receivedAt);
  minuteCounts.add('synced');
  for (const each of skipped) {
    metrics.skippedField(each);
    skippedFields.add(each, event.id);
  }
}
