/** Logs the outcome of one call. */
import type { Log, Outcome } from '../../connectors/connector.ts';
import type { Delivery } from '../queue/job.ts';

/** `ms`: how long its batch took. */
export function logOutcome(
  log: Log,
  crm: string,
  { event, receivedAt, rewrite }: Delivery,
  outcome: Outcome,
  ms: number,
): void {
  const ids = { callId: event.id, crm };
  switch (outcome.status) {
    case 'synced': {
      const { records, skippedFields, note } = outcome;
      // How long ago a call came that is written again says nothing of how fast it was.
      const since = rewrite ? { resync: true } : { sinceReceivedMs: Date.now() - receivedAt };
      const details = { ...ids, records, ms, ...since, note };
      if (skippedFields.length === 0) log.info('call synced', details);
      else log.warn('call synced with skipped fields', { ...details, skippedFields });
      return;
    }
    case 'retry':
      log.warn('call will be retried', { ...ids, code: outcome.code, reason: outcome.reason });
      return;
    case 'dead-letter':
      log.error('call is a dead letter', { ...ids, code: outcome.code, reason: outcome.reason });
      return;
    default:
      outcome satisfies never;
  }
}
