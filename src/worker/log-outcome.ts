/** What the log tells of a call that was written, or was not. */
import type { Log, Outcome } from '../../connectors/connector.ts';
import type { Delivery } from '../queue/job.ts';

/** `ms`: how long its batch took. */
export function report(
  log: Log,
  crm: string,
  { event, receivedAt }: Delivery,
  outcome: Outcome,
  ms: number,
): void {
  const about = { callId: event.id, crm };
  switch (outcome.status) {
    case 'synced': {
      const { records, skippedFields, note } = outcome;
      const details = { ...about, records, ms, sinceReceivedMs: Date.now() - receivedAt, note };
      if (skippedFields.length === 0) log.info('call synced', details);
      else log.warn('call synced with fields left out', { ...details, skippedFields });
      return;
    }
    case 'retry':
      log.warn('call not synced yet', { ...about, reason: outcome.reason });
      return;
    case 'dead-letter':
      log.error('call parked', { ...about, reason: outcome.reason });
      return;
    default:
      outcome satisfies never;
  }
}
