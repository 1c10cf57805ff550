/** https://docs.altur.io/es/api-reference/campaigns/retrieve */
import type { Account, Campaign } from './account.ts';
import { dateFilterOf } from './date-filter.ts';
import { type Page, pageByCursor, pageByIndex, pageSizeOf } from './paging.ts';
import { timeText } from './time-text.ts';

/** The dates are those of a campaign's creation; unverified. */
export function listCampaigns(account: Account, query: URLSearchParams): Page<object> {
  const { settings } = account;
  const isInWindow = dateFilterOf(query, settings);
  const [status, integration] = [query.get('status'), query.get('integration')];
  const size = pageSizeOf(query, settings.campaignPageSize);
  const campaigns = account
    .campaigns()
    .filter((each) => isInWindow(each.createdAt))
    .filter((each) => status === null || each.status === status)
    .filter((each) => integration === null || each.integration === integration);
  const { items, pagination } =
    settings.campaignPaging === 'cursor'
      ? pageByCursor(campaigns, query, { size, settings, keyOf: ({ id }) => id })
      : pageByIndex(campaigns, query, { size, maxRows: settings.maxRows });
  return { items: items.map((campaign) => campaignAnswer(account, campaign)), pagination };
}

function campaignAnswer({ settings }: Account, campaign: Campaign): object {
  const { id, name, status, integration, createdAt } = campaign;
  return {
    id: settings.campaignIds === 'integer' && /^\d+$/.test(id) ? Number(id) : id,
    ...{ name, status, integration },
    created_at: timeText(createdAt, settings),
  };
}
