/** `provision` notifies the workers that the CRM has new fields, so that they are used from the next call on. */
import { randomUUID } from 'node:crypto';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

export interface ProvisionNotice {
  publish(): Promise<void>;
  /** Whether one was published since the last call. The first answer is false. */
  isNew(): Promise<boolean>;
}

/** `scope` separates one CRM from another. */
export function openProvisionNotice(redis: RedisClient, scope: string): ProvisionNotice {
  const key = `${KEY_PREFIX}:${scope}:provisioned`;
  let seen: string | null | undefined;
  return {
    async publish() {
      await redis.set(key, randomUUID(), 'PX', RETENTION_MS);
    },
    async isNew() {
      const before = seen;
      seen = await redis.get(key);
      return before !== undefined && before !== seen;
    },
  };
}
