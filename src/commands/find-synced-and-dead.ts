/** Finds calls without a history: the synced ones in the ledgers, the dead letters in the queue. */
import { connectors } from '../../connectors/index.ts';
import { callIdOf, deadLetters } from '../actions/dead-letters.ts';
import type { CallSearch, CallSummary } from '../monitoring/call-history.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { scanLedger } from '../queue/scan-ledger.ts';

export type FindCalls = (search: CallSearch) => Promise<readonly CallSummary[]>;

/** The oldest first. It knows calls by time and outcome, and not by person. */
export function findSyncedAndDead(queue: CallQueue, redis: RedisClient): FindCalls {
  return async ({ outcome, since = 0, until = Number.POSITIVE_INFINITY, limit }) => {
    const found = new Map<string, CallSummary>();
    if (outcome === undefined || outcome === 'synced') {
      for (const crm of Object.keys(connectors)) {
        for await (const { callId, entry } of scanLedger(redis, crm)) {
          const { receivedAt, syncedAt: updatedAt } = entry;
          found.set(callId, { callId, outcome: 'synced', receivedAt, updatedAt });
        }
      }
    }
    if (outcome === undefined || outcome === 'dead-letter') {
      for await (const page of deadLetters(queue, 'all')) {
        for (const job of page) {
          const { receivedAt } = job.data;
          const summary = {
            outcome: 'dead-letter',
            receivedAt,
            updatedAt: job.finishedOn ?? receivedAt,
          } as const;
          found.set(callIdOf(job), { callId: callIdOf(job), ...summary });
        }
      }
    }
    return [...found.values()]
      .filter(({ updatedAt }) => updatedAt >= since && updatedAt <= until)
      .toSorted((a, b) => a.receivedAt - b.receivedAt)
      .slice(0, limit);
  };
}
