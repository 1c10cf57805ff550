/** The records of a call as links that people open. */
import type { CrmAccount, CrmObject } from '../../connectors/connector.ts';
import type { LedgerEntry } from '../queue/ledger.ts';
import type { RecordLink } from './call-status.ts';

/** Where people open a record; undefined where the CRM has no page for it. */
export type RecordUrl = (
  crm: string,
  account: CrmAccount,
  object: CrmObject,
  id: string,
) => Promise<string | undefined>;

export async function recordLinks(
  { crm, account, records: { person, call, tasks = {} } }: LedgerEntry,
  recordUrl: RecordUrl,
): Promise<RecordLink[]> {
  const records: RecordLink[] = [];
  if (person !== undefined) records.push({ object: 'person', id: person });
  if (call !== undefined) records.push({ object: 'call', id: call });
  for (const [key, id] of Object.entries(tasks)) records.push({ object: 'task', id, key });
  if (!account) return records;
  const urlOf = (object: CrmObject, id: string) => recordUrl(crm, account, object, id);
  return Promise.all(
    records.map(async (record) => {
      const url = await urlOf(record.object, record.id);
      return url === undefined ? record : { ...record, url };
    }),
  );
}
