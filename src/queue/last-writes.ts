/** The last-write timestamp of each field of a person, in Redis: shared by all workers, kept as long as the ledger. */
import type { LastWrites } from '../../connectors/connector.ts';
import { hash } from './hash.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

/**
 * ARGV: ms, then for each key the number of its fields, and each field with its time. A worker whose answer from Redis was
 * late notes a time behind a newer one, which stays.
 */
const NOTE = `
local at = 2
for _, key in ipairs(KEYS) do
  for pair = 1, tonumber(ARGV[at]) do
    local field, time = ARGV[at + pair * 2 - 1], ARGV[at + pair * 2]
    local noted = redis.call('HGET', key, field)
    if not noted or tonumber(noted) < tonumber(time) then redis.call('HSET', key, field, time) end
  end
  at = at + tonumber(ARGV[at]) * 2 + 1
  redis.call('PEXPIRE', key, ARGV[1])
end`;

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
      const some = [...writes].filter(([, fields]) => fields.size > 0);
      if (some.length === 0) return;
      const keys = some.map(([name]) => entry(name));
      const values = some.flatMap(([, fields]) => [fields.size, ...[...fields].flat()]);
      await redis.eval(NOTE, keys.length, ...keys, RETENTION_MS, ...values);
    },
  };
}

/** All entries of a CRM begin with it; named so since version 0.1.0. */
export function lastWritesKeyPrefix(scope: string): string {
  return `${KEY_PREFIX}:${scope}:applied:`;
}
