/**
 * The statement of a day: of all calls that Altur lists for it, how many the CRM has, and what became of each of the
 * others. Every call is in one place, so the places add up to the calls. Pure.
 */
import type { HistoryPlace } from '../monitoring/history-place.ts';
import { type Cause, causeId } from '../queue/job-cause.ts';
import type { LedgerEntry } from '../queue/ledger.ts';
import type { JobState } from '../queue/queue.ts';
import type { UnreadCampaign } from './unread-campaigns.ts';

/**
 * Why the CRM has no record of a call, though nothing keeps it from being written: it never came; it was written and
 * deleted in the CRM since; it was written to another portal or org; an operator discarded it; its job was lost.
 */
export type MissingReason = 'never-received' | 'deleted' | 'other-account' | 'discarded' | 'lost';

export interface MissingCall {
  readonly callId: string;
  readonly why: MissingReason;
  /** When it was written, or discarded, ms since the epoch. */
  readonly at?: number;
}

export type CallPlace =
  | { readonly in: 'crm' }
  | { readonly in: 'mapping'; readonly rule: string }
  | { readonly in: 'dead-letters'; readonly cause: Cause }
  | { readonly in: 'queue' }
  | { readonly in: 'nowhere'; readonly why: MissingReason; readonly at?: number };

/** What each place says of one call. */
export interface CallFacts {
  /** Its record, as the CRM answers. */
  readonly recordId?: string | undefined;
  readonly jobs: readonly JobState[];
  /** Of its latest dead letter; `storedAt`: when that version came, ms since the epoch. */
  readonly deadLetter?: { readonly cause: Cause; readonly storedAt: number } | undefined;
  readonly entry?: LedgerEntry | undefined;
  /** The entry is about another portal or org. */
  readonly isOfOtherAccount?: boolean;
  /** When an operator discarded it, where neither queue nor ledger knows it; ms since the epoch. */
  readonly discardedAt?: number | undefined;
  /** Likewise. Shortened where there are many calls. */
  readonly history?: HistoryPlace | undefined;
  /** It ended a moment ago: its webhook may still be on its way. */
  readonly isDue?: boolean;
}

/** The CRM has the last word: a call that it has is there, whatever became of later versions. */
export function placeOf({ recordId, jobs, deadLetter, entry, ...facts }: CallFacts): CallPlace {
  if (recordId !== undefined) return { in: 'crm' };
  if (jobs.some((state) => state !== 'failed')) return { in: 'queue' };
  // A dead letter of an earlier version than the ledger has matters no more.
  if (deadLetter && !(entry && entry.receivedAt > deadLetter.storedAt)) {
    return { in: 'dead-letters', cause: deadLetter.cause };
  }
  if (entry) return placeOfEntry(entry, facts.isOfOtherAccount === true);
  if (facts.discardedAt !== undefined) return { in: 'nowhere', why: 'discarded', at: facts.discardedAt };
  if (facts.history) return placeOfHistory(facts.history);
  return facts.isDue ? { in: 'queue' } : { in: 'nowhere', why: 'never-received' };
}

function placeOfEntry(entry: LedgerEntry, isOfOtherAccount: boolean): CallPlace {
  const { skippedBy, syncedAt: at, records, unassigned } = entry;
  if (skippedBy !== undefined) return { in: 'mapping', rule: skippedBy };
  if (isOfOtherAccount) return { in: 'nowhere', why: 'other-account', at };
  // Written without a record of the call: the mapping logs no calls of people who are not in the CRM.
  if (records.call === undefined) return { in: 'mapping', rule: unassigned ?? 'NO_CALL_RECORD' };
  return { in: 'nowhere', why: 'deleted', at };
}

function placeOfHistory({ outcome, rule, at }: HistoryPlace): CallPlace {
  if (outcome === 'skipped') return { in: 'mapping', rule: rule ?? 'NO_CALL_RECORD' };
  if (outcome === 'synced') return { in: 'nowhere', why: 'deleted', at };
  return outcome === 'discarded' ? { in: 'nowhere', why: 'discarded', at } : { in: 'nowhere', why: 'lost' };
}

/** Where some calls are: `calls` = `inCrm` + those of `skipped` + those of `deadLetters` + `waiting` + `missing`. */
export interface Tally {
  readonly calls: number;
  readonly inCrm: number;
  /** By rule of the mapping, the largest first. */
  readonly skipped: readonly { readonly rule: string; readonly count: number }[];
  /** By cause, the largest first. */
  readonly deadLetters: readonly (Cause & { readonly id: string; readonly count: number })[];
  /** In the queue, tried again, or due from Altur. */
  readonly waiting: number;
  readonly missing: number;
  readonly missingCalls: readonly MissingCall[];
}

export interface DayStatement {
  /** `YYYY-MM-DD`, in the time zone of the service. */
  readonly day: string;
  /** ms since the epoch. */
  readonly madeAt: number;
  /** Until when calls are part of it: the end of the day, or when it was made. */
  readonly until: number;
  readonly crm: string;
  /** Created on the day, as Altur lists them, and ended. */
  readonly listed: Tally;
  /** Listed, and still going on. */
  readonly ongoing: number;
  /** Campaigns whose calls could not be listed: they are not counted. Absent where all could. */
  readonly unreadCampaigns?: readonly UnreadCampaign[];
  /** Received on the day and in no list of a campaign: inbound calls, those started through the API, late ones. */
  readonly unlisted: Tally;
}

export function tallyOf(places: Iterable<readonly [callId: string, place: CallPlace]>): Tally {
  let [calls, inCrm, waiting] = [0, 0, 0];
  const rules = new Map<string, number>();
  const causes = new Map<string, Cause & { readonly id: string; readonly count: number }>();
  const missingCalls: MissingCall[] = [];
  for (const [callId, place] of places) {
    calls += 1;
    switch (place.in) {
      case 'crm':
        inCrm += 1;
        break;
      case 'queue':
        waiting += 1;
        break;
      case 'mapping':
        rules.set(place.rule, (rules.get(place.rule) ?? 0) + 1);
        break;
      case 'dead-letters': {
        const id = causeId(place.cause);
        causes.set(id, { ...place.cause, id, count: (causes.get(id)?.count ?? 0) + 1 });
        break;
      }
      case 'nowhere': {
        const { why, at } = place;
        missingCalls.push({ callId, why, ...(at !== undefined && { at }) });
        break;
      }
      default:
        place satisfies never;
    }
  }
  const skipped = [...rules].map(([rule, count]) => ({ rule, count }));
  const bySize = (a: { count: number }, b: { count: number }) => b.count - a.count;
  return {
    calls,
    inCrm,
    skipped: skipped.toSorted(bySize),
    deadLetters: [...causes.values()].toSorted(bySize),
    waiting,
    missing: missingCalls.length,
    missingCalls,
  };
}

/** Whether it may say that all is there: nothing is missing, and every campaign was read. */
export function isComplete({ listed, unlisted, unreadCampaigns = [] }: DayStatement): boolean {
  return listed.missing + unlisted.missing === 0 && unreadCampaigns.length === 0;
}

/** Of rules, or of causes. */
export function sumOf(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
