/**
 * Whether an earlier delivery of an event will be, or was, written. BullMQ's deduplication key alone does not show it:
 * its script is not atomic when Redis rejects a command in the middle, and then the key, or the key and the job's data,
 * stay behind while the job is in no list: github.com/taskforcesh/bullmq/issues/4311
 */

import { openAccounts } from './accounts.ts';
import type { CallQueue } from './call-queue.ts';
import { receivedAtIn } from './job.ts';
import { isOfOtherAccount, openLedger } from './ledger.ts';
import type { RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

export interface EarlierDelivery {
  readonly callId: string;
  readonly digest: string;
  /** The id of its job. */
  readonly jobId: string;
  readonly deduplicationId: string;
}

export interface Leftovers {
  /** When the earlier delivery was received, ms since the epoch. */
  readonly receivedAt: number;
  /** The job's data was there, so the job was never completed. */
  readonly hadData: boolean;
}

/** Deletes the deduplication key, and the data of a job in no list; not if another delivery has the key by now. */
const DELETE_SCRIPT = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1], KEYS[2])
`;

/**
 * True when its job exists, or `crms` has it in its ledger. Otherwise deletes what stayed behind, so that the event can
 * be stored again in its place among the versions of the call: it may have been completed without an entry in the
 * ledger (skipped by the mapping, or followed by a later version, which must win).
 */
export async function checkEarlierDelivery(
  queue: CallQueue,
  crms: readonly string[],
  { callId, digest, jobId, deduplicationId }: EarlierDelivery,
): Promise<true | Leftovers> {
  if ((await queue.getJobState(jobId)) !== 'unknown') return true;
  const redis = (await queue.getBackend().client) as unknown as RedisClient;
  const written = await Promise.all(crms.map((crm) => isWritten(redis, crm, callId, digest)));
  if (written.includes(true)) return true;
  const key = queue.toKey(`de:${deduplicationId}`);
  const receivedAt = receivedAtIn(jobId) ?? (await storedAt(redis, key));
  const deleted = await redis.eval(DELETE_SCRIPT, 2, key, queue.toKey(jobId), jobId);
  return { receivedAt, hadData: deleted === 2 };
}

/** Of a delivery that version 0.3.0 or an earlier one stored: when its deduplication key was made. */
async function storedAt(redis: RedisClient, key: string): Promise<number> {
  const askedAt = Date.now();
  const lifetime = await redis.pttl(key);
  return lifetime > 0 ? askedAt - (RETENTION_MS - lifetime) : askedAt;
}

/** To the account that is written to now. */
async function isWritten(redis: RedisClient, crm: string, callId: string, digest: string): Promise<boolean> {
  const [entry] = await openLedger(redis, crm).read([callId]);
  // A skipped call is tried again: the mapping may have changed since.
  if (entry?.digest !== digest || entry.skippedBy !== undefined) return false;
  return entry.account === undefined || !isOfOtherAccount(entry, await openAccounts(redis, crm).current());
}
