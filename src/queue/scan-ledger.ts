/** Every entry of a ledger. For commands: it reads all keys of Redis. */

import { type LedgerEntry, openLedger } from './ledger.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { scanKeys } from './scan-keys.ts';

/** Calls whose ids are hashed in their keys are left out: see `callKey`. */
export async function* scanLedger(
  redis: RedisClient,
  scope: string,
): AsyncGenerator<{ readonly callId: string; readonly entry: LedgerEntry }> {
  const prefix = `${KEY_PREFIX}:${scope}:call:`;
  const ledger = openLedger(redis, scope);
  for await (const keys of scanKeys(redis, `${prefix}*`)) {
    const callIds = keys.map((key) => key.slice(prefix.length)).filter((key) => !key.startsWith('h.'));
    const entries = await ledger.read(callIds);
    for (const [index, callId] of callIds.entries()) {
      const entry = entries[index];
      if (entry) yield { callId, entry };
    }
  }
}
