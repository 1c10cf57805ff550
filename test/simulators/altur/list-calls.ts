/** https://docs.altur.io/es/api-reference/campaigns/retrieve-calls */
import type { Account } from './account.ts';
import { badRequest } from './api-error.ts';
import type { SimulatedCall } from './call.ts';
import { listedCall } from './call-answer.ts';
import { dateFilterOf } from './date-filter.ts';
import { type Page, pageByCursor, pageByIndex, pageSizeOf } from './paging.ts';

const DEFAULT_PAGE_SIZE = 50;
const STATUSES = ['ended', 'failed', 'busy', 'no-answer', 'in-progress'];
const ANSWERED_BY = ['human', 'machine', 'unknown'];

export class CallLists {
  readonly #account: Account;
  readonly #origin: () => string;
  readonly #pages = new Map<string, number>();

  constructor(account: Account, origin: () => string) {
    this.#account = account;
    this.#origin = origin;
  }

  list(campaignId: string, query: URLSearchParams): Page<object> {
    const { settings } = this.#account;
    const size = pageSizeOf(query, DEFAULT_PAGE_SIZE);
    const calls = this.#matching(campaignId, query);
    const page =
      settings.callPaging === 'index'
        ? pageByIndex(calls, query, { size, maxRows: settings.maxRows })
        : pageByCursor(calls, query, { size, settings, keyOf: ({ id }) => id });
    const items = page.items.map((call) => listedCall(call, settings, this.#origin()));
    this.#answered(campaignId, page.items);
    return { items, pagination: page.pagination };
  }

  #matching(campaignId: string, query: URLSearchParams): SimulatedCall[] {
    const { settings } = this.#account;
    const status = oneOf(query, 'status', STATUSES);
    const answeredBy = oneOf(query, 'answeredBy', ANSWERED_BY);
    const isInWindow = dateFilterOf(query, settings);
    const direction = settings.callOrder === 'newest-first' ? -1 : 1;
    return this.#account
      .callsOf(campaignId)
      .filter((call) => isInWindow(call.createdAt))
      .filter((call) => status === null || call.status === status)
      .filter((call) => answeredBy === null || call.answeredBy === answeredBy)
      .toSorted((a, b) => direction * (a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)));
  }

  /** What changes while pages are read. */
  #answered(campaignId: string, calls: readonly SimulatedCall[]): void {
    const { callsAddedPerPage, onPage } = this.#account.settings;
    const nth = (this.#pages.get(campaignId) ?? 0) + 1;
    this.#pages.set(campaignId, nth);
    for (let added = 0; added < callsAddedPerPage; added += 1) this.#account.addCall(campaignId);
    onPage?.({ campaignId, nth, callIds: calls.map(({ id }) => id) });
  }
}

function oneOf(query: URLSearchParams, name: string, values: readonly string[]): string | null {
  const value = query.get(name);
  if (value !== null && !values.includes(value)) throw badRequest(`${name} must be one of ${values}`);
  return value;
}
