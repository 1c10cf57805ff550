/**
 * One batch, from deliveries to decisions: map, take the people's leases, drop what the ledger knows, merge,
 * write, note in the ledger.
 */
import {
  type CallRecord,
  type Connector,
  CrmError,
  type Log,
  type Outcome,
  type PersonCache,
} from '../../connectors/connector.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { callKey, type Delivery } from '../queue/job.ts';
import type { Ledger, LedgerEntry } from '../queue/ledger.ts';
import type { RedisClient } from '../queue/redis.ts';
import { decideOutcome, type JobDecision } from './job-decision.ts';
import { noteApplied, readApplied, type Times } from './last-writes.ts';
import { acquireLease, leaseNames } from './lease.ts';
import { report } from './log-outcome.ts';
import { mergePeople } from './merge-calls.ts';

export interface SyncParts {
  readonly connector: Connector;
  readonly mapping: CompiledMapping;
  readonly ledger: Ledger;
  readonly personCache: PersonCache;
  readonly redis: RedisClient;
  readonly log: Log;
}

/** A delivery on its way through the batch. */
interface Entry {
  readonly delivery: Delivery;
  record: CallRecord;
  decision?: JobDecision;
}

/** How long a call waits for a person whom another batch is writing. */
const DEFER_MS = 250;

/** Answers one decision per delivery, in order. Throws CrmError when the batch as a whole could not be tried. */
export async function syncBatch(
  parts: SyncParts,
  deliveries: readonly Delivery[],
  signal: AbortSignal,
): Promise<readonly JobDecision[]> {
  const schema = await parts.connector.schema();
  const entries = deliveries.map(
    (delivery): Entry => ({
      delivery,
      record: parts.mapping.toRecord(delivery.event, schema, delivery.receivedAt),
    }),
  );
  const newest = latestVersions(entries);
  await syncLatest(parts, [...newest.values()], signal);
  return entries.map(({ delivery }) => newest.get(callKey(delivery.event.id))!.decision!);
}

/** Of several versions of one call only the one received last is written; the others share its fate. */
function latestVersions(entries: readonly Entry[]): Map<string, Entry> {
  const latest = new Map<string, Entry>();
  for (const entry of entries) {
    const key = callKey(entry.delivery.event.id);
    const other = latest.get(key);
    if (!other || other.delivery.receivedAt <= entry.delivery.receivedAt) latest.set(key, entry);
  }
  return latest;
}

async function syncLatest(parts: SyncParts, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  const lease = await acquireLease(
    parts.redis,
    entries.map(({ record }) => leaseNames(record)),
  );
  try {
    for (const [index, entry] of entries.entries()) {
      if (!lease.granted[index]) entry.decision = { action: 'delay', delayMs: DEFER_MS };
    }
    await recallFromLedger(parts.ledger, undecided(entries));
    skipUnmapped(undecided(entries));
    await begin(parts.ledger, undecided(entries));
    await write(parts, undecided(entries), AbortSignal.any([signal, lease.lost]));
  } catch (error) {
    if (!lease.lost.aborted || signal.aborted) throw error;
    throw new CrmError(
      'unavailable',
      'Redis was away, or this worker hung, while calls were written: they are written again',
      {
        cause: error,
      },
    );
  } finally {
    await lease.release();
  }
}

const undecided = (entries: readonly Entry[]) => entries.filter((entry) => entry.decision === undefined);

/** What the ledger has, or has newer, is done. A changed event gets the ids of the records it updates. */
async function recallFromLedger(ledger: Ledger, entries: readonly Entry[]): Promise<void> {
  const known = await ledger.read(entries.map(({ delivery }) => delivery.event.id));
  for (const [index, entry] of entries.entries()) {
    const written = known[index];
    if (!written) continue;
    const { digest, receivedAt } = entry.delivery;
    if (written.digest === digest) entry.decision = { action: 'complete', summary: 'already synced' };
    else if (written.receivedAt > receivedAt) {
      entry.decision = { action: 'complete', summary: 'a later version of this call is already synced' };
    } else entry.record = { ...entry.record, existing: written.records };
  }
}

/** Another version of the call that was begun, and not finished, may be in the CRM. */
async function begin(ledger: Ledger, entries: readonly Entry[]): Promise<void> {
  const versions = entries.map(({ delivery: { event, digest } }) => ({ callId: event.id, digest }));
  const others = await ledger.begin(versions);
  for (const [index, entry] of entries.entries()) {
    if (others[index]) entry.record = { ...entry.record, possiblyWritten: true };
  }
}

function skipUnmapped(entries: readonly Entry[]): void {
  for (const entry of entries) {
    const { call, person, tasks } = entry.record;
    if (!call && !person && tasks.length === 0) {
      entry.decision = { action: 'complete', summary: 'skipped by the mapping' };
    }
  }
}

async function write(parts: SyncParts, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  if (entries.length === 0) return;
  const { connector, ledger } = parts;
  const records = entries.map(({ record }) => record);
  const { records: merged, applying } = mergePeople(records, await readApplied(parts, records));

  const started = Date.now();
  const outcomes = await connector.sync(merged, signal);
  if (outcomes.length !== merged.length) {
    throw new Error(`${connector.name} answered ${outcomes.length} outcomes for ${merged.length} records`);
  }
  const written = new Map<string, LedgerEntry>();
  const applied = new Map<string, Times>();
  for (const [index, entry] of entries.entries()) {
    const outcome = outcomes[index]!;
    entry.decision = decideOutcome(outcome);
    report(parts.log, connector.name, entry.delivery, outcome, Date.now() - started);
    if (outcome.status !== 'synced') continue;
    written.set(entry.record.callId, ledgerEntry(connector.name, entry.delivery, outcome));
    const key = entry.record.person?.key;
    if (key === undefined) continue;
    noteApplied(applied, key, outcome.records.person, applying.get(key));
  }
  await ledger.write(written, applied);
}

function ledgerEntry(
  crm: string,
  { digest, receivedAt }: Delivery,
  outcome: Outcome & { status: 'synced' },
): LedgerEntry {
  const { records, skippedFields, note } = outcome;
  return {
    digest,
    receivedAt,
    syncedAt: Date.now(),
    crm,
    records,
    skippedFields,
    ...(note !== undefined && { note }),
  };
}
