/** Whether the records that a call was written to are still in the CRM and linked: asks the CRM, reads only. */
import {
  accountText,
  type Connector,
  type RecordState,
  type RecordStates,
} from '../../connectors/connector.ts';
import { isOfOtherAccount, isWritten, type LedgerEntry, openLedger } from '../queue/ledger.ts';
import type { RedisClient } from '../queue/redis.ts';
import { type WrittenRecord, writtenRecords } from './written-records.ts';

export interface CheckedRecord extends WrittenRecord {
  readonly state: RecordState;
}

export type RecordsCheck =
  | {
      readonly checked: true;
      readonly records: readonly CheckedRecord[];
      /** Absent where there is nothing to link. */
      readonly linked?: boolean;
      readonly isComplete: boolean;
    }
  /** Why the CRM could not be asked about these records. */
  | { readonly checked: false; readonly reason: string };

/** Of one CRM that the call was written to. */
export type CallCheck = RecordsCheck & { readonly crm: string };

/** Throws CrmError when the CRM does not answer. `crms`: whose ledgers are looked in. Empty where nothing was written. */
export async function checkCall(
  connector: Pick<Connector, 'name' | 'verify' | 'account'>,
  redis: RedisClient,
  crms: readonly string[],
  callId: string,
): Promise<readonly CallCheck[]> {
  const read = await Promise.all(crms.map((crm) => openLedger(redis, crm).read([callId])));
  const entries = read
    .flat()
    .filter((entry) => entry !== undefined)
    .filter(isWritten);
  const checks: CallCheck[] = [];
  for (const entry of entries) checks.push({ ...(await checkRecords(connector, entry)), crm: entry.crm });
  return checks;
}

/** Throws CrmError when the CRM does not answer. */
export async function checkRecords(
  connector: Pick<Connector, 'name' | 'verify' | 'account'>,
  { crm, account, records }: LedgerEntry,
): Promise<RecordsCheck> {
  if (crm !== connector.name) {
    return { checked: false, reason: `it was written to ${crm}, and CRM_CONNECTOR is ${connector.name}` };
  }
  if (!connector.verify) return { checked: false, reason: `${connector.name} cannot check records` };
  const current = account && (await connector.account?.());
  if (current && isOfOtherAccount({ account }, current)) {
    const reason = `it was written to ${accountText(account)}, and these credentials belong to ${accountText(current)}`;
    return { checked: false, reason };
  }
  const [states = {}] = await connector.verify([records]);
  const checked = writtenRecords(records).map((record) => ({ ...record, state: stateOf(record, states) }));
  const { linked } = states;
  const isComplete = linked !== false && checked.every(({ state }) => state === 'present');
  return { checked: true, records: checked, isComplete, ...(linked !== undefined && { linked }) };
}

/** A record of which the CRM says nothing is not said to be there. */
function stateOf({ object, key }: WrittenRecord, states: RecordStates): RecordState {
  const state = object === 'task' ? states.tasks?.[key!] : states[object];
  return state ?? 'gone';
}
