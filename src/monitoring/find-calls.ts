/** Finds calls by person, time and outcome, in the history; what has ended meanwhile is read from the ledgers. */
import { decidedAt, type LedgerEntry, openLedger } from '../queue/ledger.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { CallHistory, CallSearch, CallSummary } from './call-history.ts';

export interface FindCallsParts {
  readonly history: Pick<CallHistory, 'find'>;
  readonly redis: RedisClient;
  /** The CRMs whose ledgers are looked in. */
  readonly crms: readonly string[];
  /** By which persons are filed. */
  readonly names: {
    ofId(fId: string): string;
    /** In any notation; undefined when the text holds no number. */
    ofPhone(text: string): string | undefined;
  };
}

/** Latest change first. */
export async function findCalls(
  parts: FindCallsParts,
  { fId, phone, ...search }: CallSearch,
): Promise<readonly CallSummary[]> {
  const names: string[] = [];
  if (fId !== undefined) names.push(parts.names.ofId(fId));
  if (phone !== undefined) {
    const name = parts.names.ofPhone(phone);
    if (name === undefined) return [];
    names.push(name);
  }
  const found = await parts.history.find({ ...search, names });
  const checked = await checkOpen(parts, found);
  const { outcome } = search;
  if (outcome === undefined || outcome === 'unassigned') return checked;
  return checked.filter((call) => call.outcome === outcome);
}

/**
 * An entry of the history may be missing: it is written by the way. A call that is open in the history may have been
 * written or skipped, of which the ledger knows.
 */
async function checkOpen(
  { redis, crms }: FindCallsParts,
  calls: readonly CallSummary[],
): Promise<readonly CallSummary[]> {
  const open = calls.filter(({ outcome }) => outcome !== 'synced' && outcome !== 'skipped');
  if (open.length === 0) return calls;
  const callIds = open.map(({ callId }) => callId);
  const ledgers = await Promise.all(crms.map((crm) => openLedger(redis, crm).read(callIds)));
  const entries = new Map<string, LedgerEntry>();
  for (const entry of ledgers.flatMap((ledger) => [...ledger.entries()])) {
    const [index, found] = entry;
    if (found && isAbout(found, open[index]!)) entries.set(callIds[index]!, found);
  }
  return calls.map((call) => ended(call, entries.get(call.callId)));
}

/** A version that was received later is still open. One that waits to be written again is in the CRM meanwhile. */
function isAbout(entry: LedgerEntry, { outcome, version, updatedAt }: CallSummary): boolean {
  if (outcome === 'queued' && version !== undefined) return entry.receivedAt >= version;
  return decidedAt(entry) >= updatedAt;
}

function ended(call: CallSummary, entry: LedgerEntry | undefined): CallSummary {
  if (!entry) return call;
  const { code: _, unassigned: __, ...rest } = call;
  const { skippedBy, unassigned } = entry;
  return {
    ...rest,
    outcome: skippedBy === undefined ? 'synced' : 'skipped',
    updatedAt: decidedAt(entry),
    ...(unassigned && { unassigned }),
  };
}
