/**
 * Whether an earlier delivery of an event will be, or was, written. BullMQ's deduplication key alone does not show it:
 * its script is not atomic when Redis rejects a command in the middle, and then the key, or the key and the job's data,
 * stay behind while the job is in no list: github.com/taskforcesh/bullmq/issues/4311
 *
 * An event whose earlier delivery was not written is stored again in its place among the versions of the call: it may
 * have been completed without an entry in the ledger (skipped by the mapping, or followed by a later version, which must
 * win). The place is known from the deduplication key alone. So the key stays until the new job is there; meanwhile the
 * id of the earlier job is the deduplication id under which no more than one follows it.
 */

import { openAccounts } from './accounts.ts';
import { type CallQueue, clientOf } from './call-queue.ts';
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

/** True when its job exists, or `crms` has it in its ledger; otherwise when it was received, ms since the epoch. */
export async function checkEarlierDelivery(
  queue: CallQueue,
  crms: readonly string[],
  { callId, digest, jobId, deduplicationId }: EarlierDelivery,
): Promise<true | { readonly receivedAt: number }> {
  if ((await queue.getJobState(jobId)) !== 'unknown') return true;
  const redis = await clientOf(queue);
  const written = await Promise.all(crms.map((crm) => isWritten(redis, crm, callId, digest)));
  if (written.includes(true)) return true;
  return {
    receivedAt: receivedAtIn(jobId) ?? (await storedAt(redis, deduplicationKey(queue, deduplicationId))),
  };
}

/** Not if another job follows the earlier one already. Deletes the data of the earlier one, which is in no list. */
const FOLLOW_SCRIPT = `
local current = redis.call('GET', KEYS[1])
if current and current ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return redis.call('DEL', KEYS[2])`;

/** Lets the deduplication key lead to the job that was stored. True: there was data, so the earlier one never completed. */
export async function followEarlierDelivery(
  queue: CallQueue,
  { jobId, deduplicationId }: EarlierDelivery,
  nextJobId: string,
): Promise<boolean> {
  const redis = await clientOf(queue);
  const keys = [deduplicationKey(queue, deduplicationId), queue.toKey(jobId)];
  return (await redis.eval(FOLLOW_SCRIPT, keys.length, ...keys, jobId, nextJobId, RETENTION_MS)) === 1;
}

function deduplicationKey(queue: CallQueue, deduplicationId: string): string {
  return queue.toKey(`de:${deduplicationId}`);
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
