/**
 * The ledger holds the result of a call after its job, and with it the personal data, has left Redis: call id →
 * content digest, CRM record ids, timestamps.
 */
import type { CrmAccount, RecordIds, SkippedField, Unassigned } from '../../connectors/connector.ts';
import { callKey } from './job.ts';
import { pipelined } from './pipelined.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

export interface LedgerEntry {
  readonly digest: string;
  readonly receivedAt: number;
  /** When the CRM confirmed it, ms since the epoch. */
  readonly syncedAt: number;
  readonly crm: string;
  /** The portal or org that holds the records; absent where the CRM did not say. */
  readonly account?: CrmAccount;
  readonly records: RecordIds;
  readonly skippedFields: readonly SkippedField[];
  readonly note?: string;
  /** The call's record was made from what Altur's API says of the call, which is less than its webhook says. */
  readonly rebuilt?: true;
  /** Why the call has no person. */
  readonly unassigned?: Unassigned;
  /**
   * The rule of the mapping that skipped this version. The records, and what else is about them, are then those of an
   * earlier version; without records there was none.
   */
  readonly skippedBy?: string;
  readonly skippedAt?: number;
}

/** Whether some version of the call was written to the CRM. */
export function isWritten({ skippedBy, records }: LedgerEntry): boolean {
  return skippedBy === undefined || Object.keys(records).length > 0;
}

/** When the CRM confirmed it, or the mapping skipped it; ms since the epoch. */
export function decidedAt({ skippedAt, syncedAt }: LedgerEntry): number {
  return skippedAt ?? syncedAt;
}

/** Entries without an account count as of this one: the CRM did not say, or an earlier version did not ask. */
export function isOfOtherAccount(
  { account: written }: Pick<LedgerEntry, 'account'>,
  account: CrmAccount | undefined,
): boolean {
  return written !== undefined && account !== undefined && written.id !== account.id;
}

/**
 * What is written under a lease does not count once another worker may have it: that one has perhaps written an earlier
 * version since, and the ledger must not say then that the CRM has the later one.
 */
export interface HeldLease {
  readonly keys: readonly string[];
  /** What each of the keys holds. */
  readonly token: string;
}

export interface Ledger {
  read(callIds: readonly string[]): Promise<readonly (LedgerEntry | undefined)[]>;
  /**
   * Stores which version of each call is about to be written; answers, per call, whether another version was begun
   * since a version was confirmed. Every attempt gets the same answer: the first one may have failed.
   */
  begin(
    versions: readonly { readonly callId: string; readonly digest: string }[],
  ): Promise<readonly boolean[]>;
  /**
   * One round trip for a whole batch, of which Redis takes all or nothing. False when the lease is not held any more: nothing
   * was written.
   */
  write(entries: ReadonlyMap<string, LedgerEntry>, lease?: HeldLease): Promise<boolean>;
  /** The same for calls it does not have for their account: what a worker has written meanwhile stays. */
  writeNew(entries: ReadonlyMap<string, LedgerEntry>): Promise<void>;
}

/**
 * ARGV: the number of calls, ms and the token of the lease, then for each call its entry and whether a version is confirmed.
 * KEYS: for each call its entry and the two keys of the versions that were begun, then those of the lease.
 *
 * In a script, since a full Redis rejects a SET but takes a DEL: it must not forget that a version was begun without knowing
 * that it is confirmed. It stops a script at its first write, or lets it end:
 * https://docs.amazonaws.cn/en_us/AmazonElastiCache/latest/red-ug/BestPractices.Clients.Redis.LuaScripts.html
 */
const WRITE = `
local calls = tonumber(ARGV[1])
for index = calls * 3 + 1, #KEYS do
  if redis.call('GET', KEYS[index]) ~= ARGV[3] then return 0 end
end
for call = 1, calls do
  redis.call('SET', KEYS[call * 3 - 2], ARGV[call * 2 + 2], 'PX', ARGV[2])
end
for call = 1, calls do
  if ARGV[call * 2 + 3] == '1' then redis.call('DEL', KEYS[call * 3 - 1], KEYS[call * 3]) end
end
return 1`;

/** ARGV: ms, then the entry and its account's id for each key. An entry without an account counts as of this one. */
const WRITE_NEW = `
for index, key in ipairs(KEYS) do
  local entry, id = ARGV[index * 2], ARGV[index * 2 + 1]
  local stored = redis.call('GET', key)
  local account = stored and cjson.decode(stored).account
  if not stored or (id ~= '' and type(account) == 'table' and account.id ~= id) then
    redis.call('SET', key, entry, 'PX', ARGV[1])
  end
end`;

/** `scope` separates one CRM from another. */
export function openLedger(redis: RedisClient, scope: string): Ledger {
  const callEntry = (callId: string) => `${KEY_PREFIX}:${scope}:call:${callKey(callId)}`;
  // Version 0.1.0 stored the last version only, as a string.
  const begunBefore = (callId: string) => `${KEY_PREFIX}:${scope}:begun:${callKey(callId)}`;
  const begunEntry = (callId: string) => `${KEY_PREFIX}:${scope}:begun-versions:${callKey(callId)}`;
  return {
    async read(callIds) {
      if (callIds.length === 0) return [];
      const stored = await redis.mget(callIds.map(callEntry));
      return stored.map((json) => (json == null ? undefined : fromJson(json)));
    },

    async begin(versions) {
      const add = (pipeline: ReturnType<RedisClient['pipeline']>) => {
        for (const { callId, digest } of versions) pipeline.sadd(begunEntry(callId), digest);
        for (const { callId } of versions) pipeline.pexpire(begunEntry(callId), RETENTION_MS);
        for (const { callId } of versions) pipeline.scard(begunEntry(callId));
        pipeline.mget(versions.map(({ callId }) => begunBefore(callId)));
      };
      if (versions.length === 0) return [];
      const replies = await pipelined(redis, add);
      const before = replies.at(-1) as (string | null)[];
      const counts = replies.slice(-versions.length - 1, -1);
      return versions.map(({ digest }, index) => {
        return Number(counts[index]) > 1 || (before[index] ?? digest) !== digest;
      });
    },

    async write(entries, lease = { keys: [], token: '' }) {
      if (entries.size === 0) return true;
      const keys = [...entries.keys()].flatMap((callId) => {
        return [callEntry(callId), begunEntry(callId), begunBefore(callId)];
      });
      const values = [...entries.values()].flatMap((entry) => {
        // A skipped version says nothing about an earlier one that was begun.
        return [JSON.stringify(entry), entry.skippedBy === undefined ? '1' : '0'];
      });
      const all = [...keys, ...lease.keys];
      const args = [entries.size, RETENTION_MS, lease.token, ...values];
      return (await redis.eval(WRITE, all.length, ...all, ...args)) === 1;
    },

    async writeNew(entries) {
      if (entries.size === 0) return;
      const keys = [...entries.keys()].map(callEntry);
      const values = [...entries.values()].flatMap((entry) => [
        JSON.stringify(entry),
        entry.account?.id ?? '',
      ]);
      await redis.eval(WRITE_NEW, keys.length, ...keys, RETENTION_MS, ...values);
    },
  };
}

/** Version 0.1.0 stored skipped fields as `leftOut`, without a code. */
type StoredEntry = Omit<LedgerEntry, 'skippedFields'> & {
  readonly skippedFields?: readonly SkippedField[];
  readonly leftOut?: readonly Omit<SkippedField, 'code'>[];
};

function fromJson(json: string): LedgerEntry {
  const { leftOut = [], skippedFields, ...entry } = JSON.parse(json) as StoredEntry;
  return {
    ...entry,
    skippedFields: skippedFields ?? leftOut.map((field) => ({ ...field, code: 'FIELD_SKIPPED' })),
  };
}
