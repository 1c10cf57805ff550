/** Finds calls, and reads where one is: for the commands and the dashboard. */
import { connectors } from '../../connectors/index.ts';
import { nameOfId, nameOfPhone } from '../mapping/person-names.ts';
import type { CallSearch, CallSummary } from '../monitoring/call-history.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import type { CallStatus } from '../monitoring/call-status.ts';
import { findCalls } from '../monitoring/find-calls.ts';
import { readCallStatus } from '../monitoring/read-call-status.ts';
import type { RecordUrl } from '../monitoring/record-links.ts';
import { openRefusedDeliveries } from '../monitoring/refused-deliveries.ts';
import { openRunningProcesses } from '../monitoring/running-processes.ts';
import { openAccounts } from '../queue/accounts.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';

export interface CallFinder {
  findCalls(search: CallSearch): Promise<readonly CallSummary[]>;
  readCallStatus(callId: string): Promise<CallStatus>;
}

export interface CallFinderOptions {
  /** For phone numbers without a country code. */
  readonly defaultCountry: string;
}

export function openCallFinder(
  queue: CallQueue,
  redis: RedisClient,
  { defaultCountry }: CallFinderOptions,
): CallFinder {
  const history = openCallHistory(redis);
  const crms = Object.keys(connectors);
  const names = { ofId: nameOfId, ofPhone: (text: string) => nameOfPhone(text, defaultCountry) };
  const processes = openRunningProcesses(redis);
  const statusParts = {
    queue,
    redis,
    crms,
    history,
    refused: openRefusedDeliveries(redis),
    runningProcesses: () => processes.list(),
    recordUrl,
    account: (crm: string) => openAccounts(redis, crm).current(),
  };
  return {
    findCalls: (search) => findCalls({ history, redis, crms, names }, search),
    readCallStatus: (callId) => readCallStatus(statusParts, callId),
  };
}

/** A connector is loaded only for its links. */
const recordUrl: RecordUrl = async (crm, account, object, id) => {
  const definition = await connectors[crm]?.();
  return definition?.recordUrl?.(account, object, id);
};
