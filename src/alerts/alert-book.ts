/**
 * The book of alerts: which are open, since when, and what people were told of each. Pure; as JSON it outlives the
 * process.
 *
 * States of an entry: seen → open → over → forgotten.
 *
 * Transitions, at each update with the alerts there are now:
 * - an alert without an entry: seen, unless an open alert explains it.
 * - seen, for `afterMs`: open. Seen and gone: forgotten, or over again if it was over before.
 * - open, and gone for its quiet time: over.
 * - over, and there again: seen, one episode more; open at once when people were not yet told that it was over.
 * - over for `forgetMs`, with nothing left to tell: forgotten.
 *
 * Invariants:
 * - An alert that is gone for less than its quiet time stays open: nobody is told.
 * - The quiet time doubles with each episode, so one that comes and goes all day is told of a few times only.
 * - `told` only goes from nothing to start to over, once in each episode.
 */
import type { Alert } from './alert.ts';

export interface BookEntry {
  /** As it was last. */
  readonly alert: Alert;
  readonly state: 'seen' | 'open' | 'over';
  /** Of this episode, ms since the epoch. */
  readonly startedAt: number;
  readonly lastSeenAt: number;
  /** The most calls it concerned. */
  readonly calls: number;
  readonly episodes: number;
  readonly told: 'nothing' | 'start' | 'over';
}

export interface AlertBook {
  /** By the id of the alert, in the order in which they were seen. */
  readonly entries: Readonly<Record<string, BookEntry>>;
  /** When messages were sent, of the last hour. */
  readonly sentAt: readonly number[];
  /** People were told that there are more alerts than messages. */
  readonly toldOfMore: boolean;
  readonly failures: number;
  /** No message is sent before, since the last one failed. */
  readonly retryAt: number;
}

export const EMPTY_BOOK: AlertBook = {
  entries: {},
  sentAt: [],
  toldOfMore: false,
  failures: 0,
  retryAt: 0,
};

export interface AlertTiming {
  /** How long an alert must be gone to be over, at first. */
  readonly quietMs: number;
  readonly maxQuietMs: number;
  readonly forgetMs: number;
}

export const TIMING: AlertTiming = { quietMs: 120_000, maxQuietMs: 3_600_000, forgetMs: 3_600_000 };

/** More are not counted one by one: their messages would not be sent either. */
const MAX_ENTRIES = 200;

export interface BookUpdate {
  readonly book: AlertBook;
  readonly opened: readonly BookEntry[];
  readonly over: readonly BookEntry[];
}

export function updateBook(
  book: AlertBook,
  alerts: readonly Alert[],
  now: number,
  timing: AlertTiming = TIMING,
): BookUpdate {
  const entries: Record<string, BookEntry> = { ...book.entries };
  const present = new Set<string>();
  for (const alert of alerts) {
    const entry = entries[alert.id];
    const isExplained = entry?.state !== 'open' && explains(entries, alert);
    const hasRoom = entry !== undefined || Object.keys(entries).length < MAX_ENTRIES;
    if (isExplained || !hasRoom) continue;
    present.add(alert.id);
    entries[alert.id] = whilePresent(entry, alert, now);
  }
  for (const [id, entry] of Object.entries(entries)) {
    if (present.has(id)) continue;
    const left = whileGone(entry, now, timing);
    if (left) entries[id] = left;
    else delete entries[id];
  }
  const became = (state: BookEntry['state']) =>
    Object.entries(entries)
      .filter(([id, entry]) => entry.state === state && (book.entries[id]?.state ?? 'seen') !== state)
      .map(([, entry]) => entry);
  return { book: { ...book, entries }, opened: became('open'), over: became('over').filter(wasOpen(book)) };
}

function whilePresent(entry: BookEntry | undefined, alert: Alert, now: number): BookEntry {
  const isNew = entry === undefined || (entry.state === 'over' && entry.told !== 'start');
  const current: BookEntry = isNew
    ? {
        alert,
        state: 'seen',
        startedAt: now,
        lastSeenAt: now,
        calls: 0,
        episodes: (entry?.episodes ?? 0) + 1,
        told: 'nothing',
      }
    : { ...entry, alert, lastSeenAt: now, state: entry.state === 'over' ? 'open' : entry.state };
  const calls = Math.max(current.calls, alert.calls ?? 0);
  const hasLasted = now - current.startedAt >= alert.afterMs;
  return { ...current, calls, state: hasLasted ? 'open' : current.state };
}

/** Undefined: it is forgotten. */
function whileGone(entry: BookEntry, now: number, timing: AlertTiming): BookEntry | undefined {
  const goneMs = now - entry.lastSeenAt;
  switch (entry.state) {
    case 'seen':
      return entry.episodes > 1 ? { ...entry, state: 'over', told: 'over' } : undefined;
    case 'open': {
      const quietMs = Math.min(timing.quietMs * 2 ** (entry.episodes - 1), timing.maxQuietMs);
      return goneMs < quietMs ? entry : { ...entry, state: 'over' };
    }
    case 'over':
      return goneMs >= timing.forgetMs && entry.told === 'over' ? undefined : entry;
    default:
      throw new Error(`unknown state ${JSON.stringify(entry.state satisfies never)}`);
  }
}

function explains(entries: Readonly<Record<string, BookEntry>>, { explainedBy }: Alert): boolean {
  if (explainedBy === undefined) return false;
  return Object.values(entries).some(
    ({ alert, state }) => state !== 'over' && explainedBy.includes(alert.cause),
  );
}

const wasOpen = (book: AlertBook) => (entry: BookEntry) => book.entries[entry.alert.id]?.state === 'open';
