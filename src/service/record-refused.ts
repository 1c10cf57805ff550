/**
 * Records the call ids that deliveries with a wrong signature claimed. Anybody may send these: few a second are looked
 * at, after the answer was given, and what is not looked at is only counted, by the metrics.
 */
import type { Log } from '../../connectors/connector.ts';
import { FoldedWarning } from '../folded-warning.ts';
import { claimedCallId } from '../ingress/claimed-call-id.ts';
import type { RefusedDeliveries } from '../monitoring/refused-deliveries.ts';

const PER_SECOND = 5;
const BURST = 20;

export function refusalRecorder(
  refused: Pick<RefusedDeliveries, 'add'>,
  log: Pick<Log, 'warn'>,
): (body: Buffer, at: number) => void {
  const warning = new FoldedWarning(log, 'refused delivery not recorded', 'status lacks it');
  let tokens = BURST;
  let filledAt = Date.now();
  return (body, at) => {
    const now = Date.now();
    tokens = Math.min(BURST, tokens + ((now - filledAt) / 1_000) * PER_SECOND);
    filledAt = now;
    if (tokens < 1) return;
    tokens -= 1;
    setImmediate(() => {
      const callId = claimedCallId(body);
      if (callId === undefined) return;
      refused.add(callId, at).catch((error) => warning.warn({ code: 'HISTORY_NOT_WRITTEN', error }));
    });
  };
}
