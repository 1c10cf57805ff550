/** Where calls are: asks the queue, the CRM and the ledger, in the order in which calls move through them. */
import type { Connector } from '../../connectors/connector.ts';
import type { CallHistory } from '../monitoring/call-history.ts';
import { type ReadCause, readDeadLetterCauses } from '../monitoring/dead-letter-causes.ts';
import { readHistoryPlaces } from '../monitoring/history-place.ts';
import { openDiscardedCalls } from '../queue/discarded-calls.ts';
import { isOfOtherAccount, type LedgerEntry, openLedger } from '../queue/ledger.ts';
import { type CallQueue, type FoundJob, findJobs } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { type FindInCrmOptions, type FindsCalls, findInCrm } from './find-in-crm.ts';
import { type CallPlace, placeOf } from './statement.ts';

export type AskableConnector = Pick<Connector, 'name' | 'account'> & FindsCalls;

export interface LocateParts {
  readonly queue: CallQueue;
  readonly redis: RedisClient;
  readonly connector: AskableConnector;
  readonly history: Pick<CallHistory, 'find' | 'read'>;
}

export interface LocateOptions extends FindInCrmOptions {
  /** It ended a moment ago: its webhook may still be on its way. */
  isDue?(callId: string): boolean;
}

/** Looks twice for what is nowhere: a call that moves on meanwhile may be missed at each place. Throws CrmError. */
export async function locateCalls(
  parts: LocateParts,
  callIds: readonly string[],
  options: LocateOptions = {},
): Promise<ReadonlyMap<string, CallPlace>> {
  const places = await locateOnce(parts, callIds, options);
  const nowhere = callIds.filter((callId) => places.get(callId)!.in === 'nowhere');
  if (nowhere.length === 0) return places;
  const { onAsked: _, ...again } = options;
  return new Map([...places, ...(await locateOnce(parts, nowhere, again))]);
}

async function locateOnce(
  { queue, redis, connector, history }: LocateParts,
  callIds: readonly string[],
  { isDue, ...options }: LocateOptions,
): Promise<Map<string, CallPlace>> {
  if (callIds.length === 0) return new Map();
  const jobs = await findJobs(queue, callIds);
  const records = await findInCrm(connector, callIds, options);
  const elsewhere = callIds.filter((callId) => !records.has(callId));
  const deadLetters = await latestDeadLetters(queue, redis, elsewhere, jobs);
  const entries = await readEntries(redis, connector.name, elsewhere);
  const account = await connector.account?.();
  const unknown = elsewhere.filter((callId) => jobs.get(callId)!.length === 0 && !entries.has(callId));
  const discarded = await openDiscardedCalls(redis).read(unknown);
  const past = await readHistoryPlaces(history, unknown);
  return new Map(
    callIds.map((callId) => {
      const entry = entries.get(callId);
      const place = placeOf({
        recordId: records.get(callId),
        jobs: jobs.get(callId)!.map(({ state }) => state),
        deadLetter: deadLetters.get(callId),
        entry,
        isOfOtherAccount: entry !== undefined && isOfOtherAccount(entry, account),
        discardedAt: discarded.get(callId),
        history: past.get(callId),
        isDue: isDue?.(callId) ?? false,
      });
      return [callId, place];
    }),
  );
}

async function latestDeadLetters(
  queue: CallQueue,
  redis: RedisClient,
  callIds: readonly string[],
  jobs: ReadonlyMap<string, readonly FoundJob[]>,
): Promise<ReadonlyMap<string, ReadCause>> {
  const failed = callIds.flatMap((callId) =>
    jobs.get(callId)!.flatMap(({ id, state }) => (state === 'failed' ? { callId, id } : [])),
  );
  const causes = await readDeadLetterCauses(
    queue,
    redis,
    failed.map(({ id }) => id),
  );
  const latest = new Map<string, ReadCause>();
  for (const [index, { callId }] of failed.entries()) {
    const cause = causes[index]!;
    if (cause.storedAt >= (latest.get(callId)?.storedAt ?? 0)) latest.set(callId, cause);
  }
  return latest;
}

const PAGE = 1_000;

async function readEntries(
  redis: RedisClient,
  crm: string,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, LedgerEntry>> {
  const ledger = openLedger(redis, crm);
  const entries = new Map<string, LedgerEntry>();
  for (let start = 0; start < callIds.length; start += PAGE) {
    const page = callIds.slice(start, start + PAGE);
    for (const [index, entry] of (await ledger.read(page)).entries())
      if (entry) entries.set(page[index]!, entry);
  }
  return entries;
}
