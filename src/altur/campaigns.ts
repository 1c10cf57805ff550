/**
 * All campaigns that call by phone: https://docs.altur.io/en/api-reference/campaigns/retrieve. They are not asked for by
 * date: an old campaign may still be calling, and the page does not say which date that would be.
 */
import type { Campaign } from './altur-calls.ts';
import { listUnreadable, notTheApi } from './api-error.ts';
import type { ApiRequests } from './api-request.ts';
import { CursorParameter } from './cursor-parameter.ts';
import { isObject, type Json, textAt } from './json.ts';
import { ListTooLong, type PageRequest, readList } from './listing.ts';
import { type Item, type Page, readPage } from './pages.ts';

export async function* listCampaigns(
  requests: ApiRequests,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Campaign[]> {
  const pages = new CampaignPages(requests, signal);
  const given = new Set<string>();
  // A campaign that was archived today called today. Whether the plain list has it, the page does not say.
  for (const isArchived of [false, true]) {
    try {
      for await (const items of readList((request) => pages.read(request, isArchived))) {
        const fresh = items.filter(({ id }) => !given.has(id) && given.add(id));
        const campaigns = fresh.filter(({ json }) => !isWhatsApp(json)).map(campaignOf);
        if (campaigns.length > 0) yield campaigns;
      }
    } catch (error) {
      if (error instanceof ListTooLong) throw listUnreadable('it ends before all campaigns were listed');
      throw error;
    }
  }
}

const NO_PAGE: Page = { items: [], length: 0, hasNext: false };

class CampaignPages {
  readonly #requests: ApiRequests;
  readonly #signal: AbortSignal | undefined;
  readonly #cursorParameter = new CursorParameter();
  /** Not named on the page; a client in use has it. */
  #takesPageSize = true;

  constructor(requests: ApiRequests, signal: AbortSignal | undefined) {
    this.#requests = requests;
    this.#signal = signal;
  }

  read(request: PageRequest, isArchived: boolean): Promise<Page | 'rejected'> {
    const { cursor } = request;
    if (cursor === undefined) return this.#page(request, isArchived, {});
    return this.#cursorParameter.read(cursor, (name) => this.#page(request, isArchived, { [name]: cursor }));
  }

  async #page(
    request: PageRequest,
    isArchived: boolean,
    cursor: Readonly<Record<string, string>>,
  ): Promise<Page | 'rejected'> {
    const { pageSize, pageIndex = 0 } = request;
    const query = new URLSearchParams(cursor);
    if (isArchived) query.set('archived', 'true');
    if (this.#takesPageSize) query.set('pageSize', String(pageSize));
    if (pageIndex > 0) query.set('pageIndex', String(pageIndex));
    const answer = await this.#requests.get(`/campaigns${query.size > 0 ? `?${query}` : ''}`, this.#signal);
    if (answer.status === 404) throw notTheApi('answered 404 for the list of campaigns');
    if (answer.status === 400) {
      if (pageIndex > 0 || request.cursor !== undefined) return 'rejected';
      if (isArchived) return NO_PAGE;
      if (!this.#takesPageSize) throw listUnreadable('it answers 400 for the list of campaigns');
      this.#takesPageSize = false;
      return this.#page(request, isArchived, cursor);
    }
    const page = readPage(answer.json);
    if (!page) throw listUnreadable('the list of campaigns has another form than is documented');
    return page;
  }
}

function campaignOf({ id, json }: Item): Campaign {
  const name = textAt(json, 'name');
  const status = textAt(json, 'status');
  return { id, ...(name !== undefined && { name }), ...(status !== undefined && { status }) };
}

/** `whatsapp` or `phone_call`, as the query names them; most pages do not show it. */
function isWhatsApp({ integration, integration_type }: Json): boolean {
  const kinds = [integration, integration_type, isObject(integration) ? integration.type : undefined];
  return kinds.includes('whatsapp');
}
