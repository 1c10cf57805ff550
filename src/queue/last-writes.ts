/** The last-write timestamp of each field of a person, in Redis: shared by all workers, kept as long as the ledger. */
import type { LastWrites } from '../../connectors/connector.ts';
import { hash } from './hash.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

/** `scope` separates one CRM from another. */
export function openLastWrites(redis: RedisClient, scope: string): LastWrites {
  const entry = (name: string) => lastWritesKeyPrefix(scope) + hash(name);
  return {
    async get(names) {
      const replies = await pipelined(redis, (pipeline) => {
        for (const name of names) pipeline.hgetall(entry(name));
      });
      return replies.map((reply) => {
        const fields = Object.entries(reply as Record<string, string>);
        return new Map(fields.map(([field, endedAt]) => [field, Number(endedAt)]));
      });
    },
    async set(writes) {
      await pipelined(redis, (pipeline) => {
        for (const [name, fields] of writes) {
          if (fields.size === 0) continue;
          pipeline.hset(entry(name), Object.fromEntries(fields));
          pipeline.pexpire(entry(name), RETENTION_MS);
        }
      });
    },
  };
}

/** All entries of a CRM begin with it; named so since version 0.1.0. */
export function lastWritesKeyPrefix(scope: string): string {
  return `${KEY_PREFIX}:${scope}:applied:`;
}
