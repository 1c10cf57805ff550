/** How RECONCILE_EVERY fares, over all processes, from what Redis remembers of it. */
import type { ReconcileState } from '../monitoring/overview.ts';
import type { RedisClient } from '../queue/redis.ts';
import { openReconcileStore } from '../reconcile/reconcile-store.ts';

/** While the CRM is down for long no run begins: the state is still that of the last one. */
const STALE_MS = 24 * 3_600_000;

/** Undefined where none is done, or none any more. */
export async function readReconcileState(
  redis: RedisClient,
  now = Date.now(),
): Promise<ReconcileState | undefined> {
  const { startedAt, everyMs, failures = 0, code, reason } = await openReconcileStore(redis).periodic();
  if (startedAt === undefined || everyMs === undefined) return undefined;
  if (now - startedAt > everyMs + STALE_MS) return undefined;
  return { failures, ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) };
}
