/** The memory of people, in Redis: which CRM record an identity led to. Shared by all workers. */
import type { CachedPerson, PersonCache } from '../../connectors/connector.ts';
import { hash, pipelined, RETENTION_MS } from './ledger.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** Longer than any CRM's search is behind: after this, who was being created is found or was not. */
const PENDING_MS = 5 * 60_000;

/** `scope` keeps the records of one CRM apart from another's. */
export function openPersonCache(redis: RedisClient, scope: string): PersonCache {
  const entry = (identity: string) => `${KEY_PREFIX}:${scope}:person:${hash(identity)}`;
  return {
    async get(identities) {
      if (identities.length === 0) return [];
      const stored = await redis.mget(identities.map(entry));
      return stored.map((json, index) => (json == null ? undefined : read(json, identities[index]!)));
    },
    async set(people) {
      const entries = [...people].flatMap(([identity, person]) => {
        const json = write(identity, person);
        return json === undefined
          ? []
          : [{ identity, json, ms: person.id === undefined ? PENDING_MS : RETENTION_MS }];
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

/** The key that an identity's name tells by itself. */
const keyIn = (identity: string) => identity.replace(/^key:/, '');

/**
 * A phone number must not lie in Redis for weeks: a key that the identity tells is left out, and somebody whose key
 * is another number is not remembered under this one.
 */
function write(identity: string, { key, ...person }: CachedPerson): string | undefined {
  if (key === keyIn(identity)) return JSON.stringify(person);
  return key.startsWith('phone:') ? undefined : JSON.stringify({ ...person, key });
}

function read(json: string, identity: string): CachedPerson {
  return { key: keyIn(identity), ...(JSON.parse(json) as Omit<CachedPerson, 'key'>) };
}
