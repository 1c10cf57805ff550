/**
 * One batch, from deliveries to job decisions: map, lease the people, complete what the ledger has, write, and record
 * it in the ledger.
 */
import { type Connector, type CrmAccount, CrmError, type Log } from '../../connectors/connector.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { callKey, type Delivery } from '../queue/job.ts';
import type { Ledger, LedgerEntry } from '../queue/ledger.ts';
import type { RedisClient } from '../queue/redis.ts';
import { concurrencyKeys } from './concurrency-keys.ts';
import {
  decideByOutcome,
  type JobDecision,
  PERSON_BUSY,
  skippedByMatch,
  skippedDecision,
} from './job-decision.ts';
import {
  type CallInBatch,
  completeKnown,
  isRebuilt,
  keepingCall,
  LATER_VERSION_SYNCED,
  latestVersions,
  ledgerEntry,
  skippedEntry,
} from './known-calls.ts';
import { acquireLease, type Lease } from './lease.ts';
import { logSkipped, logSynced } from './log-outcome.ts';

export interface SyncParts {
  readonly connector: Connector;
  readonly mapping: CompiledMapping;
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly log: Log;
  /** The portal or org that is written to; undefined where the CRM does not say. */
  account?(): CrmAccount | undefined;
}

/** Answers one decision per delivery, in order. Throws CrmError when the batch as a whole could not be tried. */
export async function syncBatch(
  parts: SyncParts,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
): Promise<readonly JobDecision[]> {
  const schema = await parts.connector.schema();
  const calls = deliveries.map(
    (delivery): CallInBatch => ({
      delivery,
      record: parts.mapping.toRecord(delivery.event, schema, delivery.receivedAt),
    }),
  );
  const latest = latestVersions(calls);
  await syncUnderLease(parts, [...latest.values()], signal);
  return calls.map(({ delivery }) => {
    const written = latest.get(callKey(delivery.event.id))!;
    const decision = written.decision!;
    const isWritten = written.delivery.digest === delivery.digest;
    return !isWritten && decision.action === 'complete' ? LATER_VERSION_SYNCED : decision;
  });
}

async function syncUnderLease(
  parts: SyncParts,
  calls: readonly CallInBatch[],
  signal: AbortSignal,
): Promise<void> {
  // Once for the whole batch: the ids that are updated and those that are recorded are then of one account.
  const account = parts.account?.();
  const keys = calls.map(({ record }) => concurrencyKeys(record));
  const lease = await acquireLease(parts.redis, keys);
  try {
    for (const [index, call] of calls.entries()) {
      if (!lease.granted[index]) call.decision = PERSON_BUSY;
    }
    await completeKnown(parts.ledger, undecided(calls), account);
    await completeSkipped(parts, undecided(calls), lease);
    await markBegun(parts.ledger, undecided(calls));
    await write(parts, undecided(calls), account, lease, signal);
  } catch (error) {
    if (!(error instanceof LeaseLostError || lease.lost.aborted) || signal.aborted) throw error;
    const message =
      'the lease was lost while calls were written (Redis did not answer, or this worker hung): they are written again';
    throw new CrmError('unavailable', message, { code: 'LEASE_LOST', cause: error });
  } finally {
    await lease.release();
  }
}

class LeaseLostError extends Error {}

async function record(
  ledger: Ledger,
  entries: ReadonlyMap<string, LedgerEntry>,
  { held }: Lease,
): Promise<void> {
  if (!(await ledger.write(entries, held))) throw new LeaseLostError();
}

const undecided = (calls: readonly CallInBatch[]) => calls.filter(({ decision }) => decision === undefined);

/** The ledger remembers a skipped call by the rule that skips it, and the records of its earlier version. */
async function completeSkipped(
  { ledger, mapping, connector, log }: SyncParts,
  calls: readonly CallInBatch[],
  lease: Lease,
): Promise<void> {
  const entries = new Map<string, LedgerEntry>();
  for (const each of calls) {
    const { call, person, tasks } = each.record;
    if (call || person || tasks.length > 0) continue;
    const { event, receivedAt } = each.delivery;
    const skippedBy = mapping.skippedBy(event, receivedAt) ?? 'calls';
    entries.set(event.id, skippedEntry(connector.name, each, { skippedBy }));
    each.decision = skippedDecision({ skippedBy });
    logSkipped(log, each.delivery, { skippedBy });
  }
  await record(ledger, entries, lease);
}

/**
 * What the CRM has of a call without an entry in the ledger may be any version: of one that was begun the result was not
 * confirmed, and Redis may have lost the entry. A webhook's version is therefore written over it; a rebuilt one only where it
 * changes no call.
 */
async function markBegun(ledger: Ledger, calls: readonly CallInBatch[]): Promise<void> {
  const versions = calls.map(({ delivery: { event, digest } }) => ({ callId: event.id, digest }));
  const otherVersionBegun = await ledger.begin(versions);
  for (const [index, call] of calls.entries()) {
    if (otherVersionBegun[index]) call.record = keepingCall(call.record, call.delivery);
    if (otherVersionBegun[index] || !isRebuilt(call.delivery))
      call.record = { ...call.record, possiblyWritten: true };
  }
}

async function write(
  { connector, ledger, log }: SyncParts,
  calls: readonly CallInBatch[],
  account: CrmAccount | undefined,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  if (calls.length === 0) return;
  const records = calls.map(({ record }) => record);
  const startedAt = Date.now();
  const outcomes = await connector.sync(records, AbortSignal.any([signal, lease.lost]));
  if (outcomes.length !== records.length) {
    throw new Error(`${connector.name} answered ${outcomes.length} outcomes for ${records.length} records`);
  }
  const entries = new Map<string, LedgerEntry>();
  for (const [index, call] of calls.entries()) {
    const outcome = outcomes[index]!;
    const skipped = skippedByMatch(outcome);
    if (skipped) {
      call.decision = skippedDecision(skipped);
      logSkipped(log, call.delivery, skipped);
      entries.set(call.record.callId, skippedEntry(connector.name, call, skipped));
      continue;
    }
    call.decision = decideByOutcome(outcome);
    if (outcome.status !== 'synced') continue;
    logSynced(log, connector.name, call.delivery, outcome, Date.now() - startedAt);
    entries.set(call.record.callId, ledgerEntry(connector.name, account, call, outcome));
  }
  await record(ledger, entries, lease);
}
