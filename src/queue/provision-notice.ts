/** `provision` tells the workers that the CRM has new fields, so that they are used from the next call on. */
import { randomUUID } from 'node:crypto';
import { RETENTION_MS } from './ledger.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

export interface ProvisionNotice {
  give(): Promise<void>;
  /** Was one given since this was last asked? The first answer is no. */
  isNew(): Promise<boolean>;
}

/** `scope` keeps one CRM apart from another. */
export function openProvisionNotice(redis: RedisClient, scope: string): ProvisionNotice {
  const key = `${KEY_PREFIX}:${scope}:provisioned`;
  let seen: string | null | undefined;
  return {
    async give() {
      await redis.set(key, randomUUID(), 'PX', RETENTION_MS);
    },
    async isNew() {
      const before = seen;
      seen = await redis.get(key);
      return before !== undefined && before !== seen;
    },
  };
}
