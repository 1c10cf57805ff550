/**
 * One page of the calls of a campaign: https://docs.altur.io/es/api-reference/campaigns/retrieve-calls. They are not asked
 * for by status, which changes while pages are read.
 */
import type { TimeWindow } from './altur-calls.ts';
import { campaignUnknown, listUnreadable } from './api-error.ts';
import { type ApiRequests, pathPart } from './api-request.ts';
import { CursorParameter } from './cursor-parameter.ts';
import type { PageRequest } from './listing.ts';
import { type Page, readPage } from './pages.ts';

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

export interface CampaignWindow {
  readonly campaignId: string;
  readonly window: TimeWindow;
}

export class CallPages {
  readonly #requests: ApiRequests;
  readonly #cursorParameter = new CursorParameter();
  /** What the API has taken last. */
  #form: Form = FORMS[0];

  constructor(requests: ApiRequests) {
    this.#requests = requests;
  }

  /** Whether a shorter window makes a shorter list. */
  get takesDates(): boolean {
    return this.#form.dates !== 'none';
  }

  /** `rejected`: not the first page, and the API does not give it. */
  async read(of: CampaignWindow, request: PageRequest, signal?: AbortSignal): Promise<Page | 'rejected'> {
    const { cursor, pageIndex } = request;
    if (cursor !== undefined) {
      return this.#cursorParameter.read(cursor, (name) =>
        this.#page(this.#form, of, request, signal, { [name]: cursor }),
      );
    }
    if (pageIndex !== 0) return this.#page(this.#form, of, request, signal);
    // What the API took is tried first; a campaign for which it takes nothing says nothing of the others.
    for (const form of [this.#form, ...FORMS.filter((each) => each !== this.#form)]) {
      const page = await this.#page(form, of, request, signal);
      if (page === 'rejected') continue;
      this.#form = form;
      return page;
    }
    throw listUnreadable('it answers 400 for the calls of a campaign');
  }

  async #page(
    form: Form,
    { campaignId, window }: CampaignWindow,
    request: PageRequest,
    signal: AbortSignal | undefined,
    cursor: Readonly<Record<string, string>> = {},
  ): Promise<Page | 'rejected'> {
    const part = pathPart(campaignId);
    if (part === undefined) throw campaignUnknown();
    const query = new URLSearchParams({ ...queryOf(form, window, request), ...cursor });
    const answer = await this.#requests.get(`/campaigns/${part}/calls?${query}`, signal);
    if (answer.status === 404) throw campaignUnknown();
    if (answer.status === 400) return 'rejected';
    const page = readPage(answer.json);
    if (!page) throw listUnreadable('the list of calls has another form than is documented');
    return page;
  }
}

function queryOf(
  { dates, size }: Form,
  window: TimeWindow,
  { pageSize, pageIndex = 0 }: PageRequest,
): Record<string, string> {
  return {
    ...datesOf(dates, window),
    ...(size && { pageSize: String(pageSize) }),
    ...(pageIndex > 0 && { pageIndex: String(pageIndex) }),
  };
}

/** "After" and "before": a second more, so that the window's own are among them; a day more where zones may differ. */
function datesOf(dates: Form['dates'], { from, to }: TimeWindow): Record<string, string> {
  if (dates === 'none') return {};
  if (dates === 'time') {
    return { startDate: new Date(from - 1_000).toISOString(), endDate: new Date(to + 1_000).toISOString() };
  }
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { startDate: dayOf(from - DAY_MS), endDate: dayOf(to + DAY_MS) };
}
