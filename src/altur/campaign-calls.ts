/**
 * The calls of a campaign that were created in a window of time, each once. What the API makes of the dates is checked:
 * calls outside the window are not given.
 */
import type { ListedCall, TimeWindow } from './altur-calls.ts';
import { OPEN_STATUSES } from './api-call.ts';
import { listUnreadable } from './api-error.ts';
import type { ApiRequests } from './api-request.ts';
import { CallPages, type CampaignWindow } from './call-pages.ts';
import { hasZone, textAt, timeAt } from './json.ts';
import { ListTooLong, overlaps, type PageRequest, readList } from './listing.ts';
import type { Item } from './pages.ts';
import { SortOrder } from './sort-order.ts';

/** A window is not divided further. */
const MIN_WINDOW_MS = 1_000;
/** Of a list that is not read to its end: the first reading, and those that look for what it missed. */
const MAX_PASSES = 3;
/** No time zone is further from UTC. */
const MAX_ZONE_MS = 14 * 3_600_000;

export class CampaignCalls {
  readonly #pages: CallPages;

  constructor(requests: ApiRequests) {
    this.#pages = new CallPages(requests);
  }

  async *list(
    campaignId: string,
    { from, to }: TimeWindow,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly ListedCall[]> {
    const given = new Set<string>();
    // Of calls that are made while they are listed, every page would be another one.
    const end = Math.min(to, Date.now());
    const windows: TimeWindow[] = from < end ? [{ from, to: end }] : [];
    for (let window = windows.pop(); window; window = windows.pop()) {
      try {
        for await (const calls of this.#listWindow({ campaignId, window }, signal)) {
          const fresh = calls.filter(({ id }) => !given.has(id) && given.add(id));
          if (fresh.length > 0) yield fresh;
        }
      } catch (error) {
        if (!(error instanceof ListTooLong)) throw error;
        windows.push(...this.#halves(window));
      }
    }
  }

  async *#listWindow(
    of: CampaignWindow,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly ListedCall[]> {
    const known = new Set<string>();
    for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
      const before = known.size;
      const order = new SortOrder();
      let [isPast, isProven] = [false, false];
      const read = async (request: PageRequest) => {
        const page = await this.#pages.read(of, request, signal);
        if (request.pageIndex === 0 && page !== 'rejected') isProven = overlaps(page);
        return page;
      };
      for await (const items of readList(read)) {
        const calls = items.map(listedCall);
        for (const { id } of calls) known.add(id);
        yield calls.filter((call) => isIn(of.window, call));
        order.add(calls);
        isPast = order.isPast(of.window);
        if (isPast) break;
      }
      // A list that was left early was not read again, as it is at its end where nothing proves that it is complete.
      if (!isPast || isProven || (pass > 1 && known.size === before)) return;
    }
  }

  #halves({ from, to }: TimeWindow): readonly TimeWindow[] {
    if (!this.#pages.takesDates || to - from <= MIN_WINDOW_MS) {
      throw listUnreadable('it ends before all calls of a campaign were listed');
    }
    const middle = Math.floor((from + to) / 2);
    return [
      { from, to: middle },
      { from: middle, to },
    ];
  }
}

function listedCall({ id, json }: Item): ListedCall {
  const createdAt = timeAt(json, 'created_at');
  const endedAt = timeAt(json, 'ended_at');
  return {
    id,
    ...(createdAt !== undefined && { createdAt }),
    ...(endedAt !== undefined && { endedAt }),
    hasEnded: !OPEN_STATUSES.includes(String(json.status)),
    json,
  };
}

/** In doubt it is: that costs a look at what is known of the call. */
function isIn({ from, to }: TimeWindow, { createdAt, json }: ListedCall): boolean {
  if (createdAt === undefined) return true;
  const margin = hasZone(textAt(json, 'created_at') ?? '') ? 0 : MAX_ZONE_MS;
  return createdAt >= from - margin && createdAt < to + margin;
}
