/**
 * The ledger remembers what became of a call after its job, and with it the personal data, has left Redis:
 * call id → content digest, CRM record ids, when. It also remembers, per person and field, when the call ended
 * that last wrote the field, so that late calls never overwrite newer facts.
 */
import { createHash } from 'node:crypto';
import type { RecordIds } from '../../connectors/connector.ts';
import { callKey } from './job.ts';
import { KEY_PREFIX, type RedisClient } from './redis.ts';

/** How long calls, people and duplicates are remembered. */
export const RETENTION_MS = 30 * 24 * 3_600_000;

/** How long it is remembered that a call was begun; its answer comes in seconds, or its next attempt within this. */
const BEGUN_MS = 24 * 3_600_000;

export interface LedgerEntry {
  readonly digest: string;
  readonly receivedAt: number;
  /** When the CRM confirmed it, ms since the epoch. */
  readonly syncedAt: number;
  readonly crm: string;
  readonly records: RecordIds;
  /** Names of fields left out and why; never their values. */
  readonly skippedFields: readonly { object: string; field: string; reason: string }[];
  readonly note?: string;
}

/** Person key → field → when the call ended that last wrote it, ms since the epoch. */
export type Applied = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Ledger {
  read(callIds: readonly string[]): Promise<readonly (LedgerEntry | undefined)[]>;
  /**
   * Notes which version of each call is about to be written; answers whether another one was, without word of what
   * became of it.
   */
  begin(
    versions: readonly { readonly callId: string; readonly digest: string }[],
  ): Promise<readonly boolean[]>;
  readApplied(personKeys: readonly string[]): Promise<Applied>;
  /** One round trip for a whole batch. */
  write(entries: ReadonlyMap<string, LedgerEntry>, applied: Applied): Promise<void>;
}

/** `scope` keeps the records of one CRM apart from another's. */
export function openLedger(redis: RedisClient, scope: string): Ledger {
  const callEntry = (callId: string) => `${KEY_PREFIX}:${scope}:call:${callKey(callId)}`;
  const begunEntry = (callId: string) => `${KEY_PREFIX}:${scope}:begun:${callKey(callId)}`;
  const personEntry = (key: string) => `${KEY_PREFIX}:${scope}:applied:${hash(key)}`;
  return {
    async read(callIds) {
      if (callIds.length === 0) return [];
      const stored = await redis.mget(callIds.map(callEntry));
      return stored.map((json) => (json == null ? undefined : (JSON.parse(json) as LedgerEntry)));
    },

    async begin(versions) {
      const before = await pipelined(redis, (pipeline) => {
        for (const { callId, digest } of versions)
          pipeline.set(begunEntry(callId), digest, 'PX', BEGUN_MS, 'GET');
      });
      return versions.map(({ digest }, index) => before[index] != null && before[index] !== digest);
    },

    async readApplied(personKeys) {
      const replies = await pipelined(redis, (pipeline) => {
        for (const key of personKeys) pipeline.hgetall(personEntry(key));
      });
      return new Map(
        personKeys.map((key, index) => [
          key,
          new Map(
            Object.entries(replies[index] as Record<string, string>).map(([field, at]) => [
              field,
              Number(at),
            ]),
          ),
        ]),
      );
    },

    async write(entries, applied) {
      await pipelined(redis, (pipeline) => {
        for (const [callId, entry] of entries) {
          pipeline.set(callEntry(callId), JSON.stringify(entry), 'PX', RETENTION_MS);
          pipeline.del(begunEntry(callId));
        }
        for (const [key, fields] of applied) {
          if (fields.size === 0) continue;
          pipeline.hset(personEntry(key), Object.fromEntries(fields));
          pipeline.pexpire(personEntry(key), RETENTION_MS);
        }
      });
    },
  };
}

/** Person keys and phone numbers are personal data: as Redis keys they are hashed. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Runs a pipeline, throws its first error, answers the replies in order. */
export async function pipelined(
  redis: RedisClient,
  fill: (pipeline: ReturnType<RedisClient['pipeline']>) => void,
): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  fill(pipeline);
  const results = (await pipeline.exec()) ?? [];
  return results.map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}
