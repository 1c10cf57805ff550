/**
 * The calls whose dead letters an operator discarded: a reconcile does not bring them back. Kept for as long as the
 * ledger, under keys of their own, since the history of calls is for people and shortened when there are many.
 */
import { callKey } from './job.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

export interface DiscardedCalls {
  add(callIds: readonly string[]): Promise<void>;
  /** When each of these calls was discarded, ms since the epoch; those that were not are absent. */
  read(callIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

export function openDiscardedCalls(redis: RedisClient): DiscardedCalls {
  const keyOf = (callId: string) => `${KEY_PREFIX}:discarded:${callKey(callId)}`;
  return {
    async add(callIds) {
      if (callIds.length === 0) return;
      const now = Date.now();
      await pipelined(redis, (pipeline) => {
        for (const callId of callIds) pipeline.set(keyOf(callId), now, 'PX', RETENTION_MS);
      });
    },
    async read(callIds) {
      if (callIds.length === 0) return new Map();
      const stored = await redis.mget(callIds.map(keyOf));
      return new Map(
        callIds.flatMap((callId, index) => {
          const at = stored[index];
          return at == null ? [] : [[callId, Number(at)] as const];
        }),
      );
    },
  };
}
