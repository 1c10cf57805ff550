/**
 * What the ledger knows of the calls of a batch, and what it is told of them. An event rebuilt from Altur's API says less
 * than the webhook did: it wins against nothing that a webhook said, and whatever a webhook says later wins against it.
 */
import type { CallRecord, CrmAccount, Outcome } from '../../connectors/connector.ts';
import { callKey, type Delivery } from '../queue/job.ts';
import { isOfOtherAccount, isWritten, type Ledger, type LedgerEntry } from '../queue/ledger.ts';
import type { JobDecision, Skipped } from './job-decision.ts';

/** A call on its way through the batch; every step works on the calls that are not decided yet. */
export interface CallInBatch {
  delivery: Delivery;
  record: CallRecord;
  /** Of the version written last, to this account. */
  previous?: LedgerEntry;
  decision?: JobDecision;
}

/** Of several versions of one call only one is written, by `callKey`; the others get its decision. */
export function latestVersions(calls: readonly CallInBatch[]): Map<string, CallInBatch> {
  const latest = new Map<string, CallInBatch>();
  for (const call of calls) {
    const key = callKey(call.delivery.event.id);
    const other = latest.get(key);
    if (!other) {
      latest.set(key, call);
      continue;
    }
    const [winner, loser] = isLater(call.delivery, other.delivery) ? [call, other] : [other, call];
    if (loser.delivery.rewrite) winner.delivery = { ...winner.delivery, rewrite: true };
    latest.set(key, winner);
  }
  return latest;
}

function isLater(one: Delivery, other: Delivery): boolean {
  if (isRebuilt(one) !== isRebuilt(other)) return isRebuilt(other);
  return one.receivedAt >= other.receivedAt;
}

/**
 * Completes what the ledger has, or has in a later version, unless an operator wants it written again. The others get
 * the ids of the records they update. Entries of another account say nothing of this one.
 */
export async function completeKnown(
  ledger: Ledger,
  calls: readonly CallInBatch[],
  account: CrmAccount | undefined,
): Promise<void> {
  const entries = await ledger.read(calls.map(({ delivery }) => delivery.event.id));
  for (const [index, call] of calls.entries()) {
    const entry = entries[index];
    const { delivery, record } = call;
    if (!isAbsent(delivery)) call.record = keepingCall(record, delivery);
    if (!entry || isOfOtherAccount(entry, account)) continue;
    const known = whyKnown(entry, delivery);
    if (known) call.decision = known;
    else if (isWritten(entry)) {
      call.previous = entry;
      call.record = { ...keepingCall(call.record, delivery), existing: entry.records };
    }
  }
}

/** For so long is it true that the CRM has no such call, unless the ledger says otherwise. */
const ABSENT_MS = 3_600_000;

/** The CRM has just said so: whether it has the call need not be asked again. */
function isAbsent({ absentAt = 0 }: Delivery): boolean {
  return absentAt > Date.now() - ABSENT_MS;
}

/**
 * A rebuilt event changes no call that the CRM has. Its texts are read and changed when an operator asks for it alone:
 * that costs a request.
 */
export function keepingCall(mapped: CallRecord, delivery: Delivery): CallRecord {
  if (!isRebuilt(delivery)) return mapped;
  const { call, ...record } = mapped;
  const { rewrite } = delivery;
  const { renewedLines, ...fields } = call ?? { fields: [] };
  const kept = rewrite && renewedLines ? { ...fields, renewedLines } : fields;
  return { ...record, ...(call && { call: kept }), keepCall: true };
}

const ALREADY_SYNCED: JobDecision = { action: 'complete', summary: 'already synced', result: 'known' };

export const LATER_VERSION_SYNCED: JobDecision = {
  action: 'complete',
  summary: 'a later version of this call is already synced',
  result: 'known',
};

function whyKnown(entry: LedgerEntry, delivery: Delivery): JobDecision | undefined {
  const { digest, receivedAt, rewrite } = delivery;
  // Whether the mapping still skips a call that it skipped is decided again: the mapping may have changed.
  const isDone = entry.digest === digest && entry.skippedBy === undefined;
  if (!rewrite && (isDone || (isRebuilt(delivery) && isWritten(entry)))) return ALREADY_SYNCED;
  // One that was rebuilt waits behind the live calls: a webhook received since Altur was asked says more, and later.
  if ((entry.rebuilt && !isRebuilt(delivery)) || entry.receivedAt <= receivedAt) return undefined;
  return LATER_VERSION_SYNCED;
}

const REBUILT_NOTE = 'written from Altur’s API';
const NO_TRANSCRIPT_NOTE = 'written from Altur’s API, which has no transcript';

export function ledgerEntry(
  crm: string,
  account: CrmAccount | undefined,
  { delivery, previous }: CallInBatch,
  { records, skippedFields, note, unassigned }: Outcome & { status: 'synced' },
): LedgerEntry {
  const isKept = previous !== undefined && previous.records.call === records.call;
  // The CRM's call is still the one that the webhook described.
  const keptVersion = isRebuilt(delivery) && isKept ? previous : undefined;
  const { digest, receivedAt } = keptVersion ?? delivery;
  const rebuilt = keptVersion ? keptVersion.rebuilt : isRebuilt(delivery);
  const source = delivery.event.transcript_unavailable ? NO_TRANSCRIPT_NOTE : REBUILT_NOTE;
  const notes = [note, rebuilt ? source : undefined].filter((each) => each !== undefined);
  return {
    digest,
    receivedAt,
    syncedAt: Date.now(),
    crm,
    ...(account && { account }),
    records,
    skippedFields,
    ...(rebuilt && { rebuilt: true }),
    ...(unassigned !== undefined && { unassigned }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}

/** With the records of the version written last: they are still there. */
export function skippedEntry(
  crm: string,
  { delivery: { digest, receivedAt }, previous }: CallInBatch,
  skipped: Skipped,
): LedgerEntry {
  const now = Date.now();
  const earlier = previous ?? { syncedAt: now, crm, records: {}, skippedFields: [] };
  return { ...earlier, digest, receivedAt, ...skipped, skippedAt: now };
}

export function isRebuilt({ event }: Delivery): boolean {
  // Version 0.2.0 marked them by the missing transcript alone.
  return event.read_from_api === true || event.transcript_unavailable === true;
}
