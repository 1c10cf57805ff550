/**
 * One batch, from deliveries to job decisions: map, lease the people, complete what the ledger has, write, and record
 * it in the ledger.
 */
import {
  type CallRecord,
  type Connector,
  CrmError,
  type Log,
  type Outcome,
} from '../../connectors/connector.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { callKey, type Delivery } from '../queue/job.ts';
import type { Ledger, LedgerEntry } from '../queue/ledger.ts';
import type { RedisClient } from '../queue/redis.ts';
import { concurrencyKeys } from './concurrency-keys.ts';
import { decideByOutcome, type JobDecision, PERSON_BUSY } from './job-decision.ts';
import { acquireLease } from './lease.ts';
import { logOutcome } from './log-outcome.ts';

export interface SyncParts {
  readonly connector: Connector;
  readonly mapping: CompiledMapping;
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly log: Log;
}

/** A call on its way through the batch; every step works on the calls that are not decided yet. */
interface CallInBatch {
  readonly delivery: Delivery;
  record: CallRecord;
  decision?: JobDecision;
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
  return calls.map((call) => {
    const written = latest.get(callKey(call.delivery.event.id))!;
    const decision = written.decision!;
    return written !== call && decision.action === 'complete' ? LATER_VERSION_SYNCED : decision;
  });
}

const LATER_VERSION_SYNCED: JobDecision = {
  action: 'complete',
  summary: 'a later version of this call is already synced',
  result: 'known',
};

/** Of several versions of one call only the one received last is written; the others get its decision. */
function latestVersions(calls: readonly CallInBatch[]): Map<string, CallInBatch> {
  const latest = new Map<string, CallInBatch>();
  for (const call of calls) {
    const key = callKey(call.delivery.event.id);
    const other = latest.get(key);
    if (!other || other.delivery.receivedAt <= call.delivery.receivedAt) latest.set(key, call);
  }
  return latest;
}

async function syncUnderLease(
  parts: SyncParts,
  calls: readonly CallInBatch[],
  signal: AbortSignal,
): Promise<void> {
  const keys = calls.map(({ record }) => concurrencyKeys(record));
  const lease = await acquireLease(parts.redis, keys);
  try {
    for (const [index, call] of calls.entries()) {
      if (!lease.granted[index]) call.decision = PERSON_BUSY;
    }
    await completeKnown(parts.ledger, undecided(calls));
    completeSkipped(undecided(calls));
    await markBegun(parts.ledger, undecided(calls));
    await write(parts, undecided(calls), AbortSignal.any([signal, lease.lost]));
  } catch (error) {
    if (!lease.lost.aborted || signal.aborted) throw error;
    const message =
      'the lease was lost while calls were written (Redis did not answer, or this worker hung): they are written again';
    throw new CrmError('unavailable', message, { code: 'LEASE_LOST', cause: error });
  } finally {
    await lease.release();
  }
}

const undecided = (calls: readonly CallInBatch[]) => calls.filter(({ decision }) => decision === undefined);

/** Completes what the ledger has, or has in a later version. A changed event gets the ids of the records it updates. */
async function completeKnown(ledger: Ledger, calls: readonly CallInBatch[]): Promise<void> {
  const entries = await ledger.read(calls.map(({ delivery }) => delivery.event.id));
  for (const [index, call] of calls.entries()) {
    const entry = entries[index];
    if (!entry) continue;
    const { digest, receivedAt } = call.delivery;
    if (entry.digest === digest) {
      call.decision = { action: 'complete', summary: 'already synced', result: 'known' };
    } else if (entry.receivedAt > receivedAt) call.decision = LATER_VERSION_SYNCED;
    else call.record = { ...call.record, existing: entry.records };
  }
}

function completeSkipped(calls: readonly CallInBatch[]): void {
  for (const each of calls) {
    const { call, person, tasks } = each.record;
    if (!call && !person && tasks.length === 0) {
      each.decision = { action: 'complete', summary: 'skipped by the mapping', result: 'skipped' };
    }
  }
}

/** Another version of the call that was begun but not confirmed may be in the CRM. */
async function markBegun(ledger: Ledger, calls: readonly CallInBatch[]): Promise<void> {
  const versions = calls.map(({ delivery: { event, digest } }) => ({ callId: event.id, digest }));
  const otherVersionBegun = await ledger.begin(versions);
  for (const [index, call] of calls.entries()) {
    if (otherVersionBegun[index]) call.record = { ...call.record, possiblyWritten: true };
  }
}

async function write(parts: SyncParts, calls: readonly CallInBatch[], signal: AbortSignal): Promise<void> {
  if (calls.length === 0) return;
  const { connector, ledger, log } = parts;
  const records = calls.map(({ record }) => record);
  const startedAt = Date.now();
  const outcomes = await connector.sync(records, signal);
  if (outcomes.length !== records.length) {
    throw new Error(`${connector.name} answered ${outcomes.length} outcomes for ${records.length} records`);
  }
  const entries = new Map<string, LedgerEntry>();
  for (const [index, call] of calls.entries()) {
    const outcome = outcomes[index]!;
    call.decision = decideByOutcome(outcome);
    logOutcome(log, connector.name, call.delivery, outcome, Date.now() - startedAt);
    if (outcome.status !== 'synced') continue;
    entries.set(call.record.callId, ledgerEntry(connector.name, call.delivery, outcome));
  }
  await ledger.write(entries);
}

function ledgerEntry(
  crm: string,
  { digest, receivedAt }: Delivery,
  { records, skippedFields, note }: Outcome & { status: 'synced' },
): LedgerEntry {
  const syncedAt = Date.now();
  return {
    digest,
    receivedAt,
    syncedAt,
    crm,
    records,
    skippedFields,
    ...(note !== undefined && { note }),
  };
}
