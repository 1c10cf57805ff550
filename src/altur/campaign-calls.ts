/**
 * The calls of a campaign that were created in a window of time:
 * https://docs.altur.io/es/api-reference/campaigns/retrieve-calls. They are not asked for by status, which changes while
 * pages are read. What the API makes of the dates is checked: calls outside the window are not given.
 */
import type { ListedCall, TimeWindow } from './altur-calls.ts';
import { OPEN_STATUSES } from './api-call.ts';
import { campaignUnknown, listUnreadable } from './api-error.ts';
import { type ApiRequests, pathPart } from './api-request.ts';
import { hasZone, textAt, timeAt } from './json.ts';
import { ListTooLong, type PageRequest, readList } from './listing.ts';
import { type Item, type Page, readPage } from './pages.ts';
import { SortOrder } from './sort-order.ts';

/** What is tried in turn while the API rejects it. Both dates have to be given, or none. */
const FORMS = [
  { dates: 'time', size: true },
  { dates: 'day', size: true },
  { dates: 'none', size: true },
  { dates: 'time', size: false },
  { dates: 'day', size: false },
  { dates: 'none', size: false },
] as const;
type Form = (typeof FORMS)[number];

const DAY_MS = 86_400_000;
/** A window is not divided further. */
const MIN_WINDOW_MS = 1_000;
/** No time zone is further from UTC. */
const MAX_ZONE_MS = 14 * 3_600_000;

export class CampaignCalls {
  readonly #requests: ApiRequests;
  /** What the API has taken last. */
  #form: Form = FORMS[0];

  constructor(requests: ApiRequests) {
    this.#requests = requests;
  }

  async *list(
    campaignId: string,
    { from, to }: TimeWindow,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly ListedCall[]> {
    const given = new Set<string>();
    // Of calls that are made while they are listed, every page would be another one.
    const windows: TimeWindow[] = [{ from, to: Math.min(to, Date.now()) }];
    for (let window = windows.pop(); window; window = windows.pop()) {
      try {
        for await (const calls of this.#listWindow(campaignId, window, signal)) {
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
    campaignId: string,
    window: TimeWindow,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly ListedCall[]> {
    const order = new SortOrder();
    for await (const items of readList((request) => this.#page(campaignId, window, request, signal))) {
      const calls = items.map(listedCall);
      yield calls.filter((call) => isIn(window, call));
      order.add(calls);
      if (order.isPast(window)) return;
    }
  }

  async #page(
    campaignId: string,
    window: TimeWindow,
    request: PageRequest,
    signal: AbortSignal | undefined,
  ): Promise<Page | 'rejected'> {
    const isFirst = request.cursor === undefined && request.pageIndex === 0;
    const part = pathPart(campaignId);
    if (part === undefined) throw campaignUnknown();
    // What the API took is tried first; a campaign for which it takes nothing says nothing of the others.
    for (const form of isFirst
      ? [this.#form, ...FORMS.filter((each) => each !== this.#form)]
      : [this.#form]) {
      const answer = await this.#requests.get(
        `/campaigns/${part}/calls?${queryOf(form, window, request)}`,
        signal,
      );
      if (answer.status === 404) throw campaignUnknown();
      if (answer.status === 400) continue;
      const page = readPage(answer.json);
      if (!page) throw listUnreadable('the list of calls has another form than is documented');
      this.#form = form;
      return page;
    }
    if (isFirst) throw listUnreadable('it answers 400 for the calls of a campaign');
    return 'rejected';
  }

  #halves({ from, to }: TimeWindow): readonly TimeWindow[] {
    if (this.#form.dates === 'none' || to - from <= MIN_WINDOW_MS) {
      throw listUnreadable('it ends before all calls of a campaign were listed');
    }
    const middle = Math.floor((from + to) / 2);
    return [
      { from, to: middle },
      { from: middle, to },
    ];
  }
}

function queryOf(
  { dates, size }: Form,
  { from, to }: TimeWindow,
  { pageSize, pageIndex = 0, cursor }: PageRequest,
): URLSearchParams {
  const query = new URLSearchParams();
  // "After" and "before": a second more, so that the window's own are among them; a day more where zones may differ.
  if (dates === 'time') {
    query.set('startDate', new Date(from - 1_000).toISOString());
    query.set('endDate', new Date(to + 1_000).toISOString());
  } else if (dates === 'day') {
    query.set('startDate', new Date(from - DAY_MS).toISOString().slice(0, 10));
    query.set('endDate', new Date(to + DAY_MS).toISOString().slice(0, 10));
  }
  if (size) query.set('pageSize', String(pageSize));
  if (pageIndex > 0) query.set('pageIndex', String(pageIndex));
  if (cursor !== undefined) query.set('cursor', cursor);
  return query;
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
