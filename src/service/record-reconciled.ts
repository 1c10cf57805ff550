/** What a reconcile has put into the queue, in the history of the calls. */
import type { Log } from '../../connectors/connector.ts';
import { identityNames } from '../../connectors/connector.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import type { CallHistory, CallUpdate } from '../monitoring/call-history.ts';
import type { ReconciledCall } from '../queue/enqueue-reconciled.ts';

/** Never rejects: a call that cannot be recorded is in the queue all the same. */
export function recordReconciled(
  history: Pick<CallHistory, 'add'>,
  mapping: Pick<CompiledMapping, 'identify'>,
  log: Pick<Log, 'warn'>,
): (calls: readonly ReconciledCall[]) => Promise<void> {
  return async (calls) => {
    const at = Date.now();
    const updates = calls.map(({ event, receivedAt }): CallUpdate => {
      const person = mapping.identify(event);
      return {
        callId: event.id,
        version: receivedAt,
        entry: { at, event: 'reconciled' },
        names: person ? identityNames(person) : [],
      };
    });
    await history.add(updates).catch((error) => {
      log.warn('call history not written', { code: 'HISTORY_NOT_WRITTEN', error, calls: calls.length });
    });
  };
}
