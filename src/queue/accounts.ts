/**
 * The portal or org whose records Redis knows, and those that running workers write to. One Redis is for one account: record
 * ids of another one lead nowhere, or to a record of somebody else.
 */
import type { CrmAccount } from '../../connectors/connector.ts';
import { lastWritesKeyPrefix } from './last-writes.ts';
import { personKeyPrefixes } from './person-cache.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { scanKeys } from './scan-keys.ts';

/** A worker says that often that it runs, and counts as stopped when it has not said so for some time. */
export const IN_USE_EVERY_MS = 20_000;
const IN_USE_MS = 3 * IN_USE_EVERY_MS;

export interface AccountInUse extends CrmAccount {
  /** When a worker last said so, ms since the epoch. */
  readonly at: number;
}

export interface Accounts {
  /** Undefined before the first worker that knew its account. */
  current(): Promise<CrmAccount | undefined>;
  setCurrent(account: CrmAccount): Promise<void>;
  markInUse(account: CrmAccount): Promise<void>;
  inUse(): Promise<readonly AccountInUse[]>;
  /** Deletes the person cache and the last-write timestamps; answers how many entries. */
  forgetRecords(): Promise<number>;
}

/** `scope` separates one CRM from another. */
export function openAccounts(redis: RedisClient, scope: string): Accounts {
  const current = `${KEY_PREFIX}:${scope}:account`;
  const inUse = `${KEY_PREFIX}:${scope}:accounts-in-use`;
  return {
    async current() {
      const json = await redis.get(current);
      return json === null ? undefined : (JSON.parse(json) as CrmAccount);
    },
    async setCurrent(account) {
      await redis.set(current, JSON.stringify(account));
    },
    async markInUse(account) {
      await pipelined(redis, (pipeline) => {
        pipeline.hset(inUse, account.id, JSON.stringify({ ...account, at: Date.now() }));
        pipeline.pexpire(inUse, IN_USE_MS);
      });
    },
    async inUse() {
      const stored = Object.values(await redis.hgetall(inUse));
      const accounts = stored.map((json) => JSON.parse(json) as AccountInUse);
      return accounts.filter(({ at }) => at > Date.now() - IN_USE_MS);
    },
    async forgetRecords() {
      let count = 0;
      for (const prefix of [...personKeyPrefixes(scope), lastWritesKeyPrefix(scope)])
        for await (const keys of scanKeys(redis, `${prefix}*`)) count += await redis.unlink([...keys]);
      return count;
    },
  };
}
