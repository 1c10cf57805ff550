/** What operators do to calls, in the history of these calls. */
import type { Log } from '../../connectors/connector.ts';
import type { CallHistory, CallUpdate } from '../monitoring/call-history.ts';

const CHANGES = {
  'retried-by-operator': { outcome: 'queued' },
  'resynced-by-operator': { outcome: 'queued' },
  'discarded-by-operator': { outcome: 'dead-letter', code: 'DISCARDED' },
} as const;

/**
 * For one action, from its beginning: a worker may have written a call before its page is recorded. An action that
 * cannot be recorded was carried out all the same.
 */
export function recordAction(
  event: keyof typeof CHANGES,
  history: Pick<CallHistory, 'add'>,
  log: Pick<Log, 'warn'>,
): (callIds: readonly string[]) => Promise<void> {
  const { outcome, ...code } = CHANGES[event];
  const entry = { at: Date.now(), event, ...code };
  return async (callIds) => {
    const updates = callIds.map((callId): CallUpdate => ({ callId, outcome, entry }));
    await history.add(updates).catch((error) => {
      log.warn('call history not written', { code: 'HISTORY_NOT_WRITTEN', error, calls: callIds.length });
    });
  };
}
