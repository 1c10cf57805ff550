/** The records of a call as links that people open. */
import type { CrmAccount, CrmObject } from '../../connectors/connector.ts';
import type { LedgerEntry } from '../queue/ledger.ts';
import type { RecordLink } from './call-status.ts';
import { writtenRecords } from './written-records.ts';

/** Where people open a record; undefined where the CRM has no page for it. */
export type RecordUrl = (
  crm: string,
  account: CrmAccount,
  object: CrmObject,
  id: string,
) => Promise<string | undefined>;

export async function recordLinks(
  { crm, account, records: ids }: LedgerEntry,
  recordUrl: RecordUrl,
): Promise<readonly RecordLink[]> {
  const records = writtenRecords(ids);
  if (!account) return records;
  return Promise.all(
    records.map(async (record) => {
      const url = await recordUrl(crm, account, record.object, record.id);
      return url === undefined ? record : { ...record, url };
    }),
  );
}
