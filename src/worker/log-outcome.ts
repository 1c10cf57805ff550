/** Logs what became of one call of a batch that was written. What was not written is logged by its job decision. */
import type { Log, Outcome } from '../../connectors/connector.ts';
import type { Delivery } from '../queue/job.ts';
import type { Skipped } from './job-decision.ts';

/** `ms`: how long its batch took. */
export function logSynced(
  log: Log,
  crm: string,
  { event, receivedAt, rewrite, reconciled }: Delivery,
  { records, skippedFields, note, unassigned }: Extract<Outcome, { status: 'synced' }>,
  ms: number,
): void {
  const since = sinceOf(receivedAt, rewrite, reconciled);
  const details = {
    callId: event.id,
    crm,
    records,
    ms,
    ...since,
    ...(note !== undefined && { note }),
    ...(unassigned !== undefined && { unassigned }),
  };
  if (skippedFields.length === 0) log.info('call synced', details);
  else log.warn('call synced with skipped fields', { ...details, skippedFields });
}

/** How long ago a call came that is written again, or came without a webhook, says nothing of how fast it was. */
function sinceOf(receivedAt: number, rewrite: true | undefined, reconciled: true | undefined): object {
  if (rewrite) return { resync: true };
  return reconciled ? { reconciled: true } : { sinceReceivedMs: Date.now() - receivedAt };
}

export function logSkipped(log: Log, { event }: Delivery, skipped: Skipped): void {
  log.info('call skipped by the mapping', { callId: event.id, ...skipped });
}
