/**
 * The person cache in Redis: which CRM record an identity led to. Shared by all workers. An entry holds a person key, so
 * it is encrypted under a key derived from the identity, of which its Redis key is only a hash: who can read Redis cannot
 * read the entry of an identity that they do not know. (They may try phone numbers one by one, as with any hash.)
 *
 * Earlier versions stored JSON in clear, under other keys. They fail on what is encrypted, and may run at the same time,
 * so these keys are left to them: what is found there is moved, the rest is deleted (upgrade-from-schema-1.ts).
 */
import { createHmac } from 'node:crypto';
import type { CachedPerson, PersonCache } from '../../connectors/connector.ts';
import { hash } from './hash.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';
import { isSealed, open, seal } from './sealed.ts';

/** Longer than the search lag of any CRM: after this, a person that was being created is found, or was not created. */
export const PENDING_MS = 5 * 60_000;

/** `scope` separates one CRM from another. */
export function openPersonCache(redis: RedisClient, scope: string): PersonCache {
  const [sealedPrefix, clearPrefix] = personKeyPrefixes(scope);
  const entry = (identity: string) => sealedPrefix + hash(identity);
  const clearEntry = (identity: string) => clearPrefix + hash(identity);
  return {
    async get(identities) {
      if (identities.length === 0) return [];
      const stored = await redis.mget([...identities.map(entry), ...identities.map(clearEntry)]);
      const clear = identities.flatMap((identity, index) => {
        const text = stored[identities.length + index];
        return text == null ? [] : [{ identity, text }];
      });
      if (clear.length > 0) await moveEntries(redis, clear, clearEntry, entry);
      return identities.map((identity, index) => {
        const text = stored[index] ?? stored[identities.length + index];
        return text == null ? undefined : fromText(text, identity);
      });
    },
    async set(people) {
      const entries = [...people].flatMap(([identity, person]) => {
        const json = toJson(identity, person);
        const ms = person.id === undefined ? PENDING_MS : RETENTION_MS;
        return json === undefined ? [] : [{ identity, text: seal(json, secretOf(identity)), ms }];
      });
      if (entries.length === 0) return;
      const keys = entries.flatMap(({ identity }) => [entry(identity), clearEntry(identity)]);
      const values = entries.flatMap(({ text, ms }) => [text, ms]);
      await redis.eval(SET_SCRIPT, keys.length, ...keys, ...values);
    },
    async delete(identities) {
      if (identities.length === 0) return;
      await redis.del([...identities.map(entry), ...identities.map(clearEntry)]);
    },
  };
}

/** All entries of a CRM begin with one of them: those that are encrypted, those of earlier versions. */
export function personKeyPrefixes(scope: string): readonly [string, string] {
  return [`${KEY_PREFIX}:${scope}:sealed-person:`, clearPersonKeyPrefix(scope)];
}

/** Of those of earlier versions. */
export function clearPersonKeyPrefix(scope: string): string {
  return `${KEY_PREFIX}:${scope}:person:`;
}

/** Never stored, and not what the Redis key is made of. */
function secretOf(identity: string): Buffer {
  return createHmac('sha256', 'altur-crm-sync person cache').update(identity).digest();
}

/**
 * What is encrypted shows only by its lifetime whether it has an id. An entry without one must replace none that has one:
 * it may arrive when its worker has lost the lease and another one has created the person.
 */
const SET_SCRIPT = `
for index = 1, #KEYS, 2 do
  local entry, clear, text, ms = KEYS[index], KEYS[index + 1], ARGV[index], tonumber(ARGV[index + 1])
  local left = math.max(redis.call('PTTL', entry), redis.call('PTTL', clear))
  if ms > ${PENDING_MS} or left <= ${PENDING_MS} then
    redis.call('SET', entry, text, 'PX', ms)
    redis.call('DEL', clear)
  end
end`;

/** Not if another worker has changed the entry by now, and over no newer one; the lifetime stays. */
const MOVE_SCRIPT = `
for index = 1, #KEYS, 2 do
  local from, to = KEYS[index], KEYS[index + 1]
  if redis.call('GET', from) == ARGV[index] then
    local left = redis.call('PTTL', from)
    if left > 0 then redis.call('SET', to, ARGV[index + 1], 'PX', left, 'NX') end
    redis.call('DEL', from)
  end
end`;

async function moveEntries(
  redis: RedisClient,
  entries: readonly { readonly identity: string; readonly text: string }[],
  from: (identity: string) => string,
  to: (identity: string) => string,
): Promise<void> {
  const keys = entries.flatMap(({ identity }) => [from(identity), to(identity)]);
  const values = entries.flatMap(({ identity, text }) => {
    return [text, isSealed(text) ? text : seal(text, secretOf(identity))];
  });
  await redis.eval(MOVE_SCRIPT, keys.length, ...keys, ...values);
}

/** The person key that an identity contains. */
const keyIn = (identity: string) => identity.replace(/^key:/, '');

/**
 * A key that the identity contains is not stored with the entry, nor is a key that is another phone number: no phone
 * number is stored for weeks, not even encrypted. The record of such a number, to which a user merged that of this one,
 * is read as if this number were its key: it is updated by its id, and gives nobody a key without being read first.
 * Without its id there is nothing to be said of it, and under an external id the key would be taken for given.
 */
function toJson(identity: string, { key, ...person }: CachedPerson): string | undefined {
  if (key === keyIn(identity)) return JSON.stringify(person);
  if (!key.startsWith('phone:')) return JSON.stringify({ ...person, key });
  const isOfNumber = identity.startsWith('phone:') && person.id !== undefined && !person.pending;
  return isOfNumber ? JSON.stringify(person) : undefined;
}

/** An entry that cannot be read is none: the person is looked up again. */
function fromText(text: string, identity: string): CachedPerson | undefined {
  const json = isSealed(text) ? open(text, secretOf(identity)) : text;
  if (json === undefined) return undefined;
  return { key: keyIn(identity), ...(JSON.parse(json) as Omit<CachedPerson, 'key'>) };
}
