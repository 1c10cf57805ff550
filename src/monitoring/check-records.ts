/** Whether the records that a call was written to are still in the CRM and linked: asks the CRM, reads only. */
import type { Connector, CrmObject, RecordState, RecordStates } from '../../connectors/connector.ts';
import { accountText } from '../queue/accounts.ts';
import { isOfOtherAccount, isWritten, type LedgerEntry, openLedger } from '../queue/ledger.ts';
import type { RedisClient } from '../queue/redis.ts';

export interface CheckedRecord {
  readonly object: CrmObject;
  readonly id: string;
  /** Of a task. */
  readonly key?: string;
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
  if (crm !== connector.name)
    return { checked: false, reason: `it was written to ${crm}, and CRM_CONNECTOR is ${connector.name}` };
  if (!connector.verify) return { checked: false, reason: `${connector.name} cannot check records` };
  const current = account && (await connector.account?.());
  if (current && isOfOtherAccount({ account }, current)) {
    const reason = `it was written to ${accountText(account)}, and these credentials belong to ${accountText(current)}`;
    return { checked: false, reason };
  }
  const [states = {}] = await connector.verify([records]);
  const checked = checkedRecords(records, states);
  const { linked } = states;
  const isComplete = linked !== false && checked.every(({ state }) => state === 'present');
  return { checked: true, records: checked, isComplete, ...(linked !== undefined && { linked }) };
}

/** A record of which the CRM says nothing is not said to be there. */
function checkedRecords(
  { person, call, tasks = {} }: LedgerEntry['records'],
  states: RecordStates,
): CheckedRecord[] {
  const one = (object: CrmObject, id: string | undefined, state: RecordState = 'gone') =>
    id === undefined ? [] : [{ object, id, state }];
  return [
    ...one('person', person, states.person),
    ...one('call', call, states.call),
    ...Object.entries(tasks).map(([key, id]): CheckedRecord => {
      return { object: 'task', id, key, state: states.tasks?.[key] ?? 'gone' };
    }),
  ];
}

/** `cure`: the command that writes the call again. */
export function recordsCheckLines(check: RecordsCheck, cure: string): string[] {
  if (!check.checked) return [`  not checked: ${check.reason}`];
  const { records, linked, isComplete } = check;
  return [
    ...records.map(({ object, id, key, state }) => {
      const name = `${object} ${id}${key === undefined ? '' : ` (${key})`}`;
      return state === 'present' ? `  ✓ ${name} is there` : `  ✗ ${name} is gone`;
    }),
    ...(linked === undefined
      ? []
      : [linked ? '  ✓ the call is linked to the person' : '  ✗ the call is not linked to the person']),
    ...(isComplete ? [] : [`  to write what is missing: ${cure}`]),
  ];
}
