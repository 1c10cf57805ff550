/** Why a run did not get to its end. */
import { CrmError } from '../../connectors/connector.ts';
import { isOperatorError } from '../operator-error.ts';
import type { RedisClient } from '../queue/redis.ts';
import { explainRedis, isRedisError } from '../queue/redis-fault.ts';
import { faultText } from '../queue/redis-health.ts';
import { connectionFault } from '../queue/redis-state.ts';
import type { ReconcileRun } from './reconcile-run.ts';

type StopReason = NonNullable<ReconcileRun['stoppedBy']>;

export const STOPPED: StopReason = { code: 'STOPPED', reason: 'it was stopped' };

export const LEASE_LOST: StopReason = {
  code: 'RECONCILE_LEASE_LOST',
  reason: 'Redis did not answer for too long, or this process hung: another one may go on',
};

/** Throws defects. */
export async function stopReason(error: unknown, redis: RedisClient): Promise<StopReason> {
  if (error instanceof CrmError || isOperatorError(error)) {
    const { code, message } = error as Error & { readonly code: string };
    return { code, reason: message };
  }
  if (!(error instanceof Error && isRedisError(error))) throw error;
  const fault = redis.status === 'ready' ? explainRedis(error) : await connectionFault(redis);
  return { code: fault.code, reason: faultText(fault) };
}
