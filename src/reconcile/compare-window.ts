/**
 * Compares the calls that Altur has in a window of time with the queue, the ledger and the CRM, and stores the missing
 * ones: slice by slice, campaign by campaign.
 *
 * Invariant: a campaign counts as done once each of its missing calls is in the queue, or unusable. What is not done when
 * the process is killed is compared again, and then known; so is a campaign that could not be read.
 */
import type { AlturCalls, Campaign, ListedCall, TimeWindow } from '../altur/altur-calls.ts';
import { type KnownParts, unknownCalls } from './known-to-us.ts';
import { type Listing, MissingCalls, type MissingCallsParts } from './missing-calls.ts';
import type { RunProgress } from './reconcile-store.ts';
import { RunCounts } from './run-counts.ts';
import { type TimeSlice, timeSlices } from './time-slices.ts';
import { type UnreadCampaign, UnreadCampaigns } from './unread-campaigns.ts';

export interface CompareParts
  extends Omit<KnownParts, 'ledger'>,
    Omit<MissingCallsParts, 'altur' | 'counts'> {
  readonly altur: AlturCalls;
  readonly ledger: KnownParts['ledger'] & MissingCallsParts['ledger'];
  /** A call that ended less than so long ago is not missing yet: its webhook is to come. 0: its status alone counts. */
  readonly graceMs: number;
  /** Since when calls of a campaign are listed that former runs could not read, ms since the epoch, by its id. */
  readonly unreadSince?: Readonly<Record<string, number>>;
}

/** A campaign's calls are listed to their end, since pages shift meanwhile; but no more than this many are kept. */
const MAX_UNSETTLED = 5_000;
/** A group that is not full is stored after so long: a run that goes on would list all since its first call again. */
const MAX_WAIT_MS = 5 * 60_000;

export class WindowComparison {
  readonly counts = new RunCounts();
  readonly #parts: CompareParts;
  readonly #window: TimeWindow;
  readonly #slices: readonly TimeSlice[];
  readonly #missing: MissingCalls;
  readonly #unread: UnreadCampaigns;
  /** Where they were to be listed. */
  readonly #unreadListings: Listing[] = [];
  #campaigns: readonly Campaign[] = [];
  #at = 0;
  /** Of the slice that is being compared. */
  #listed = new Set<string>();

  constructor(parts: CompareParts, window: TimeWindow, former?: RunProgress) {
    this.#parts = parts;
    this.#window = window;
    this.#slices = timeSlices(window, former?.account === parts.account?.id ? former : undefined);
    this.#missing = new MissingCalls({ ...parts, counts: this.counts });
    const { unreadSince = {} } = parts;
    // A run of another window, which does not go back as far, may have listed them.
    this.#listed = new Set([...(this.#slices[0]?.done ?? [])].filter((id) => unreadSince[id] === undefined));
    this.#unread = new UnreadCampaigns(this.#listed.size > 0);
  }

  /** Their calls were not compared. */
  get unreadCampaigns(): readonly UnreadCampaign[] {
    return this.#unread.list;
  }

  /** From where a run that follows goes on: from the first slice of which calls are not settled. */
  get progress(): RunProgress {
    const unsettled = [...this.#missing.listings, ...this.#unreadListings];
    const first = Math.min(this.#at, ...unsettled.map((each) => each.slice));
    const slice = this.#slices[first];
    const listed = first === this.#at ? this.#listed : new Set(this.#campaigns.map(({ id }) => id));
    const open = new Set(unsettled.flatMap((each) => (each.slice === first ? each.campaignId : [])));
    const account = this.#parts.account?.id;
    return {
      window: this.#window,
      cursor: slice?.from ?? this.#window.to,
      sliceTo: slice?.to ?? this.#window.to,
      campaigns: [...listed].filter((id) => !open.has(id)),
      ...(account !== undefined && { account }),
    };
  }

  get campaigns(): { readonly done: number; readonly of: number } {
    return { done: Math.min(this.#listed.size, this.#campaigns.length), of: this.#campaigns.length };
  }

  get slices(): { readonly done: number; readonly of: number } {
    return { done: this.#at, of: this.#slices.length };
  }

  /** From 0 to 1: to read the missing calls takes longer than to list all. */
  get share(): number {
    const { done, of } = this.campaigns;
    const listed = (this.#at + (of === 0 ? 0 : done / of)) / Math.max(1, this.#slices.length);
    const { unread } = this.#missing;
    const found = Math.max(this.counts.missing, unread);
    return Math.min(1, found === 0 ? listed : listed * (1 - unread / found));
  }

  /** Throws AlturApiError, CrmError, and what Redis answers. */
  async run(): Promise<void> {
    this.#campaigns = await this.#listCampaigns();
    for (const slice of this.#slices) {
      for (const { id } of this.#campaigns) if (!this.#listed.has(id)) await this.#compare(id, slice);
      if (this.#missing.waitingMs > MAX_WAIT_MS) await this.#missing.settle(true);
      this.#at += 1;
      this.#listed = new Set(this.#slices[this.#at]?.done);
    }
    await this.#missing.settle(true);
    this.#unread.throwIfAll();
  }

  async #listCampaigns(): Promise<readonly Campaign[]> {
    const campaigns: Campaign[] = [];
    for await (const page of this.#parts.altur.campaigns(this.#parts.signal)) campaigns.push(...page);
    return campaigns;
  }

  async #compare(campaignId: string, slice: TimeWindow): Promise<void> {
    const { altur, signal } = this.#parts;
    const listing = { campaignId, slice: this.#at };
    const window = { from: this.#fromOf(campaignId, slice), to: slice.to };
    const isRead = await this.#unread.read(
      campaignId,
      altur.calls(campaignId, window, signal),
      async (page) => {
        signal.throwIfAborted();
        await this.#add(page, listing);
        if (this.#missing.size >= MAX_UNSETTLED) await this.#missing.settle(false);
      },
    );
    if (!isRead) this.#unreadListings.push(listing);
    this.#listed.add(campaignId);
    await this.#missing.settle(false);
  }

  /** What former runs could not read is read with the first slice. */
  #fromOf(campaignId: string, { from }: TimeWindow): number {
    const { unreadSince = {} } = this.#parts;
    return this.#at === 0 ? Math.min(from, unreadSince[campaignId] ?? from) : from;
  }

  async #add(page: readonly ListedCall[], listing: Listing): Promise<void> {
    const { counts } = this;
    const { graceMs } = this.#parts;
    const due = Date.now() - graceMs;
    const ended = page.filter(({ hasEnded, endedAt = 0 }) => hasEnded && (graceMs === 0 || endedAt <= due));
    const added = this.#missing.add(await unknownCalls(this.#parts, ended), listing);
    counts.listed += page.length;
    counts.unfinished += page.length - ended.length;
    counts.known += ended.length - added;
  }
}
