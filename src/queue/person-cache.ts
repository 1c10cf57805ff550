/** The person cache in Redis: which CRM record an identity led to. Shared by all workers. */
import type { CachedPerson, PersonCache } from '../../connectors/connector.ts';
import { hash, pipelined, RETENTION_MS } from './ledger.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** Longer than the search lag of any CRM: after this, a person that was being created is found, or was not created. */
const PENDING_MS = 5 * 60_000;

/** `scope` separates one CRM from another. */
export function openPersonCache(redis: RedisClient, scope: string): PersonCache {
  const entry = (identity: string) => `${KEY_PREFIX}:${scope}:person:${hash(identity)}`;
  return {
    async get(identities) {
      if (identities.length === 0) return [];
      const stored = await redis.mget(identities.map(entry));
      return stored.map((json, index) => (json == null ? undefined : fromJson(json, identities[index]!)));
    },
    async set(people) {
      const entries = [...people].flatMap(([identity, person]) => {
        const json = toJson(identity, person);
        const ms = person.id === undefined ? PENDING_MS : RETENTION_MS;
        return json === undefined ? [] : [{ identity, json, ms }];
      });
      if (entries.length === 0) return;
      await pipelined(redis, (pipeline) => {
        for (const { identity, json, ms } of entries) pipeline.set(entry(identity), json, 'PX', ms);
      });
    },
    async delete(identities) {
      if (identities.length > 0) await redis.del(identities.map(entry));
    },
  };
}

/** The person key that an identity contains. */
const keyIn = (identity: string) => identity.replace(/^key:/, '');

/**
 * No phone number is stored in Redis for weeks: a key that the identity contains is not stored with the entry, and a
 * person whose key is another phone number is not cached under this identity.
 */
function toJson(identity: string, { key, ...person }: CachedPerson): string | undefined {
  if (key === keyIn(identity)) return JSON.stringify(person);
  return key.startsWith('phone:') ? undefined : JSON.stringify({ ...person, key });
}

function fromJson(json: string, identity: string): CachedPerson {
  return { key: keyIn(identity), ...(JSON.parse(json) as Omit<CachedPerson, 'key'>) };
}
