/**
 * Removes what an earlier version has left in clear (upgrade-from-schema-1.ts): at once, then every few minutes until
 * nothing is left for later, and for an hour at least: workers of that version may run on meanwhile, and leave more. One
 * pass reads a page of keys at a time, so calls are not kept waiting.
 */
import type { Log } from '../../connectors/connector.ts';
import type { RedisClient } from '../queue/redis.ts';
import { removeClearPersonKeys } from '../queue/upgrade-from-schema-1.ts';

const EVERY_MS = 5 * 60_000;
const AT_LEAST_MS = 60 * 60_000;

export interface RemoveClearKeysParts {
  readonly redis: RedisClient;
  readonly scopes: readonly string[];
  /** False while this process may not work with Redis. */
  mayStart(): boolean;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Of the passes; shorter in tests. */
  readonly everyMs?: number;
  readonly atLeastMs?: number;
}

export interface RemovingClearKeys {
  stop(): void;
}

export function removeClearKeys(parts: RemoveClearKeysParts): RemovingClearKeys {
  const { redis, scopes, mayStart, log, everyMs = EVERY_MS, atLeastMs = AT_LEAST_MS } = parts;
  const startedAt = Date.now();
  const pass = async () => {
    if (!mayStart()) return;
    try {
      const { deleted, later } = await removeClearPersonKeys(redis, scopes);
      if (deleted > 0) log.info('person keys that an earlier version left in clear are deleted', { deleted });
      if (later === 0 && Date.now() - startedAt >= atLeastMs) clearInterval(timer);
    } catch (error) {
      // The next pass begins again from the start.
      log.warn('person keys that an earlier version left in clear are deleted later', { error });
    }
  };
  const timer = setInterval(() => void pass(), everyMs).unref();
  void pass();
  return { stop: () => clearInterval(timer) };
}
