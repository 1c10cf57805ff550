/**
 * What version 0.1.0 (schema 1) has left in Redis, and what becomes of it.
 *
 * - Jobs, deduplication keys, last-write timestamps: the same in schema 2.
 * - Ledger (`leftOut`), versions begun (`begun`), pause notice (`transient`): read as they are, where they are read.
 * - Recent events in clear: not read any more; they expire within an hour.
 * - Person cache in clear: an entry is encrypted when its person calls again (person-cache.ts). Those of persons who do
 *   not would hold a customer id or phone number in clear for up to a month: they are deleted here, and their persons
 *   are found by a search, as after that month. Entries without a person key hold a record id only, and expire.
 *
 * Workers of 0.1.0 may run at the same time, and rely on entries that are younger than a search takes to find the person:
 * these are left for later. Nothing is kept about the progress, so it may be interrupted at any time.
 */
import { clearPersonKeyPrefix, PENDING_MS } from './person-cache.ts';
import type { RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';
import { scanKeys } from './scan-keys.ts';

/** Longer than the search lag of any CRM. */
const MIN_AGE_MS = 10 * 60_000;

/** Of one page of keys. Entries that expire within `ARGV[1]` ms are of persons who are being created: they do it soon. */
const DELETE_SCRIPT = `
local deleted, later = 0, 0
for _, key in ipairs(KEYS) do
  local text = redis.call('GET', key)
  local left = redis.call('PTTL', key)
  if text and string.find(text, '"key":', 1, true) and (left < 0 or left > tonumber(ARGV[1])) then
    if left > tonumber(ARGV[2]) then
      later = later + 1
    else
      redis.call('DEL', key)
      deleted = deleted + 1
    end
  end
end
return { deleted, later }`;

export interface Removed {
  readonly deleted: number;
  /** So many entries are too young. */
  readonly later: number;
}

/**
 * `scopes`: the CRMs whose entries may be there. One scan for all of them, page by page: Redis answers others in between,
 * and every scan reads all keys, whatever it matches.
 */
export async function removeClearPersonKeys(redis: RedisClient, scopes: readonly string[]): Promise<Removed> {
  const prefixes = scopes.map(clearPersonKeyPrefix);
  const limits = [PENDING_MS, RETENTION_MS - MIN_AGE_MS];
  let [deleted, later] = [0, 0];
  for await (const page of scanKeys(redis, `${clearPersonKeyPrefix('*')}*`)) {
    const keys = page.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
    if (keys.length === 0) continue;
    const counts = (await redis.eval(DELETE_SCRIPT, keys.length, ...keys, ...limits)) as [number, number];
    deleted += counts[0];
    later += counts[1];
  }
  return { deleted, later };
}
