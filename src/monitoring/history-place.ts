/** What the history says became of calls that neither the queue nor the ledger knows. */
import type { CallHistory } from './call-history.ts';

export interface HistoryPlace {
  /** `lost`: it was received, and its job is gone without a result. */
  readonly outcome: 'synced' | 'skipped' | 'discarded' | 'lost';
  /** The rule of the mapping that skipped it. */
  readonly rule?: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** Read at once. */
const PAGE = 200;

/** Those that the history knows, by call id. */
export async function readHistoryPlaces(
  history: Pick<CallHistory, 'find' | 'read'>,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, HistoryPlace>> {
  const places = new Map<string, HistoryPlace>();
  for (let start = 0; start < callIds.length; start += PAGE) {
    const page = callIds.slice(start, start + PAGE);
    const found = await Promise.all(page.map((callId) => placeIn(history, callId)));
    for (const [index, place] of found.entries()) if (place) places.set(page[index]!, place);
  }
  return places;
}

async function placeIn(
  history: Pick<CallHistory, 'find' | 'read'>,
  callId: string,
): Promise<HistoryPlace | undefined> {
  const [summary] = await history.find({ callId, limit: 1 });
  if (!summary) return undefined;
  const { outcome, code, updatedAt: at } = summary;
  if (outcome === 'synced') return { outcome, at };
  if (outcome === 'dead-letter' && code === 'DISCARDED') return { outcome: 'discarded', at };
  if (outcome !== 'skipped') return { outcome: 'lost', at };
  const record = await history.read(callId);
  const rule = record?.timeline.findLast(({ event }) => event === 'skipped')?.reason;
  return { outcome, at, ...(rule !== undefined && { rule }) };
}
