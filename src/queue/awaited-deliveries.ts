/**
 * Calls that an operator wants written again and whose event is gone: their next delivery is taken, even if the same was
 * delivered and written before.
 */
import { callKey } from './job.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

export const AWAITED_DAYS = 7;
const AWAITED_MS = AWAITED_DAYS * 24 * 3_600_000;

const entry = (callId: string) => `${KEY_PREFIX}:awaited:${callKey(callId)}`;

export async function awaitDeliveries(redis: RedisClient, callIds: readonly string[]): Promise<void> {
  await pipelined(redis, (pipeline) => {
    for (const callId of callIds) pipeline.set(entry(callId), '1', 'PX', AWAITED_MS);
  });
}

export async function isAwaited(redis: RedisClient, callId: string): Promise<boolean> {
  return (await redis.exists(entry(callId))) === 1;
}

/** One was delivered. */
export async function stopAwaiting(redis: RedisClient, callId: string): Promise<void> {
  await redis.del(entry(callId));
}
