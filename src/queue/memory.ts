/** The memory of people, in Redis: which CRM record an identity led to. Shared by all workers. */
import type { KnownPerson, PersonMemory } from '../../connectors/connector.ts';
import { hash, pipelined, RETENTION_MS } from './ledger.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** `scope` keeps the records of one CRM apart from another's. */
export function openMemory(redis: RedisClient, scope: string): PersonMemory {
  const entry = (identity: string) => `${KEY_PREFIX}:${scope}:person:${hash(identity)}`;
  return {
    async recall(identities) {
      if (identities.length === 0) return [];
      const stored = await redis.mget(identities.map(entry));
      return stored.map((json) => (json == null ? undefined : (JSON.parse(json) as KnownPerson)));
    },
    async remember(people) {
      if (people.size === 0) return;
      await pipelined(redis, (pipeline) => {
        for (const [identity, person] of people) {
          pipeline.set(entry(identity), JSON.stringify(person), 'PX', RETENTION_MS);
        }
      });
    },
    async forget(identities) {
      if (identities.length > 0) await redis.del(identities.map(entry));
    },
  };
}
