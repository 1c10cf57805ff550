/** Counts what the calls of reconciles cost at the CRM: their share of the requests of each batch. */
import type { ReconciledRequests } from '../reconcile/reconciled-requests.ts';
import type { DecidedBatch } from '../worker/worker.ts';

export function countReconciled(
  { calls, requests }: Pick<DecidedBatch, 'calls' | 'requests'>,
  reconciled: Pick<ReconciledRequests, 'add'>,
): void {
  const count = calls.filter((call) => call.reconciled).length;
  if (count === 0) return;
  const cost = { calls: count, requests: (requests.length * count) / calls.length };
  // Without Redis the throttle waits anyway.
  reconciled.add(cost).catch(() => {});
}
