/** Makes the statements of days: lists the calls of every campaign at Altur, and looks for each of them. */
import type { AlturCalls, Campaign, ListedCall, TimeWindow } from '../altur/altur-calls.ts';
import { type Calendar, dayAfter } from './calendar.ts';
import { type LocateParts, locateCalls } from './locate-calls.ts';
import { type CallPlace, type DayStatement, tallyOf } from './statement.ts';
import { UnreadCampaigns } from './unread-campaigns.ts';

export interface StatementParts extends LocateParts {
  readonly altur: Pick<AlturCalls, 'campaigns' | 'calls'>;
  readonly calendar: Calendar;
}

export interface StatementProgress {
  readonly campaigns: { readonly done: number; readonly of: number };
  /** Calls. */
  readonly listed: number;
  /** Of the calls: how many were looked for in the CRM, of how many. */
  readonly asked: number;
  readonly of: number;
}

export interface StatementOptions {
  readonly signal?: AbortSignal | undefined;
  onProgress?(progress: StatementProgress): void;
  readonly now?: number;
}

/** Altur sends a webhook some minutes after the end of a call, and again when it failed. */
const DUE_MS = 15 * 60_000;
/** The history of that many calls is read for those that no list has. */
const MAX_UNLISTED = 50_000;

/** `days`: in order, without gaps. One statement each. Throws AlturApiError and CrmError. */
export async function readStatements(
  parts: StatementParts,
  days: readonly string[],
  { signal, onProgress, now = Date.now() }: StatementOptions = {},
): Promise<readonly DayStatement[]> {
  const { calendar, connector, history } = parts;
  const from = calendar.startOf(days[0]!);
  const to = Math.min(calendar.startOf(dayAfter(days.at(-1)!)), now);
  const progress = { campaigns: { done: 0, of: 0 }, listed: 0, asked: 0, of: 0 };
  const tell = (change: Partial<StatementProgress>) => onProgress?.(Object.assign(progress, change));
  const unread = new UnreadCampaigns();
  const listed = await listCalls(parts, { from, to }, { unread, tell, signal });
  const unreadCampaigns = unread.list;
  const found = await history.find({ since: from, limit: MAX_UNLISTED });
  const unlisted = found.filter(({ callId, receivedAt }) => {
    return receivedAt >= from && receivedAt < to && !listed.has(callId);
  });
  const ended = [...listed].flatMap(([callId, { hasEnded }]) => (hasEnded ? callId : []));
  const callIds = [...ended, ...unlisted.map(({ callId }) => callId)];
  tell({ of: callIds.length });
  const places = await locateCalls(parts, callIds, {
    signal,
    isDue: (callId) => (listed.get(callId)?.endedAt ?? 0) > now - DUE_MS,
    onAsked: (count) => tell({ asked: progress.asked + count }),
  });
  const placed = (ids: readonly string[]) =>
    ids.map((callId): [string, CallPlace] => [callId, places.get(callId)!]);
  const dayOf = (callId: string) => listed.get(callId)!.day;
  const endedOf = Map.groupBy(ended, dayOf);
  const ongoingOf = Map.groupBy(
    [...listed.keys()].filter((callId) => !listed.get(callId)!.hasEnded),
    dayOf,
  );
  const unlistedOf = Map.groupBy(unlisted, ({ receivedAt }) => calendar.dayOf(receivedAt));
  return days.map((day) => ({
    day,
    madeAt: now,
    until: Math.min(calendar.startOf(dayAfter(day)), now),
    crm: connector.name,
    ...(unreadCampaigns.length > 0 && { unreadCampaigns }),
    listed: tallyOf(placed(endedOf.get(day) ?? [])),
    ongoing: ongoingOf.get(day)?.length ?? 0,
    unlisted: tallyOf(placed((unlistedOf.get(day) ?? []).map(({ callId }) => callId))),
  }));
}

interface Listed {
  readonly day: string;
  readonly hasEnded: boolean;
  readonly endedAt: number | undefined;
}

interface ListingOptions {
  readonly unread: UnreadCampaigns;
  readonly signal: AbortSignal | undefined;
  tell(change: Partial<StatementProgress>): void;
}

/** A call of two campaigns counts once, those of a campaign that cannot be read to its end not at all. */
async function listCalls(
  { altur, calendar }: StatementParts,
  window: TimeWindow,
  { unread, tell, signal }: ListingOptions,
): Promise<ReadonlyMap<string, Listed>> {
  const campaigns: Campaign[] = [];
  for await (const page of altur.campaigns(signal)) campaigns.push(...page);
  const listed = new Map<string, Listed>();
  for (const [done, { id }] of campaigns.entries()) {
    tell({ campaigns: { done, of: campaigns.length } });
    const ofCampaign: ListedCall[] = [];
    const isRead = await unread.read(id, altur.calls(id, window, signal), async (page) => {
      ofCampaign.push(...page);
      tell({ listed: listed.size + ofCampaign.length });
    });
    for (const call of isRead ? ofCampaign : []) {
      // One whose time cannot be read was created within the window all the same: Altur lists it for that.
      const { createdAt = call.endedAt ?? window.to - 1, endedAt, hasEnded } = call;
      const at = Math.min(Math.max(createdAt, window.from), window.to - 1);
      listed.set(call.id, { day: calendar.dayOf(at), hasEnded, endedAt: endedAt ?? call.createdAt });
    }
    tell({ listed: listed.size });
  }
  unread.throwIfAll();
  tell({ campaigns: { done: campaigns.length, of: campaigns.length } });
  return listed;
}
