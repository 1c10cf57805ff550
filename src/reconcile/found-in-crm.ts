/**
 * Which calls the CRM has although the ledger does not: Redis was lost, or they are older than the ledger. They become
 * entries of the ledger, so that the next run does not ask again, and a webhook that still comes updates the record.
 */
import type { Connector, CrmAccount } from '../../connectors/connector.ts';
import type { ListedCall } from '../altur/altur-calls.ts';
import type { Ledger, LedgerEntry } from '../queue/ledger.ts';
import { RETENTION_MS } from '../queue/retention.ts';
import { canFindCalls, findInCrm } from './find-in-crm.ts';

export interface CrmLookUpParts {
  readonly connector: Pick<Connector, 'name' | 'findCalls'>;
  readonly ledger: Pick<Ledger, 'writeNew'>;
  readonly account: CrmAccount | undefined;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

/** Of no content: a webhook that comes later is another version. */
const DIGEST = 'found-in-crm';
const NOTE = 'found in the CRM by its call id';

/** Answers the calls that the CRM does not have. Throws CrmError. */
export async function notInCrm(
  parts: CrmLookUpParts,
  calls: readonly ListedCall[],
): Promise<readonly ListedCall[]> {
  const { connector, ledger, account, isDryRun, signal } = parts;
  if (!canFindCalls(connector)) return calls;
  const callIds = calls.map(({ id }) => id);
  const recordIds = await findInCrm(connector, callIds, { signal });
  const entries = new Map<string, LedgerEntry>();
  for (const call of calls) {
    const id = recordIds.get(call.id);
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
  return calls.filter(({ id }) => !recordIds.has(id));
}

/** When a call ended, as far as its list says; ms since the epoch. */
export function endOf({ endedAt, createdAt }: ListedCall): number {
  return endedAt ?? createdAt ?? Date.now();
}
