/**
 * Which calls the CRM has although the ledger does not: Redis was lost, or they are older than the ledger. They become
 * entries of the ledger, so that the next run does not ask again, and a webhook that still comes updates the record.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connector, type CrmAccount, CrmError } from '../../connectors/connector.ts';
import type { ListedCall } from '../altur/altur-calls.ts';
import type { Ledger, LedgerEntry } from '../queue/ledger.ts';
import { RETENTION_MS } from '../queue/retention.ts';

export interface CrmLookUpParts {
  readonly connector: Pick<Connector, 'name' | 'findCalls'>;
  readonly ledger: Pick<Ledger, 'writeNew'>;
  readonly account: CrmAccount | undefined;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  readonly backoffMs?: number;
}

/** The CRM as a whole may fail that often in a row. */
const ATTEMPTS = 5;
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** Of no content: a webhook that comes later is another version. */
const DIGEST = 'found-in-crm';
const NOTE = 'found in the CRM by its call id';

/** Answers the calls that the CRM does not have. Throws CrmError. */
export async function notInCrm(
  parts: CrmLookUpParts,
  calls: readonly ListedCall[],
): Promise<readonly ListedCall[]> {
  const { connector, ledger, account, isDryRun } = parts;
  if (!connector.findCalls) return calls;
  const recordIds = await findCalls(parts, calls);
  const entries = new Map<string, LedgerEntry>();
  for (const [index, call] of calls.entries()) {
    const id = recordIds[index];
    const at = endOf(call);
    // The ledger keeps no call for longer.
    if (id === undefined || at < Date.now() - RETENTION_MS) continue;
    entries.set(call.id, {
      digest: DIGEST,
      receivedAt: at,
      syncedAt: Date.now(),
      crm: connector.name,
      ...(account && { account }),
      records: { call: id },
      skippedFields: [],
      note: NOTE,
      rebuilt: true,
    });
  }
  if (entries.size > 0 && !isDryRun) await ledger.writeNew(entries);
  return calls.filter((_, index) => recordIds[index] === undefined);
}

/** When a call ended, as far as its list says; ms since the epoch. */
export function endOf({ endedAt, createdAt }: ListedCall): number {
  return endedAt ?? createdAt ?? Date.now();
}

async function findCalls(
  { connector, signal, backoffMs = BACKOFF_MS }: CrmLookUpParts,
  calls: readonly ListedCall[],
): Promise<readonly (string | undefined)[]> {
  const ids = calls.map(({ id }) => id);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connector.findCalls!(ids, signal);
    } catch (error) {
      const mayPass =
        error instanceof CrmError && (error.kind === 'unavailable' || error.kind === 'rate_limited');
      if (!mayPass || attempt === ATTEMPTS || signal.aborted) throw error;
      const wait = error.retryAfterMs ?? backoffMs * 2 ** (attempt - 1);
      await sleep(Math.min(wait, MAX_BACKOFF_MS), undefined, { signal });
    }
  }
}
