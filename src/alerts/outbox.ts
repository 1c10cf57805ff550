/**
 * Which message is sent next, and what a message that was sent, or failed, changes in the book. Pure.
 *
 * A message is sent before the book says so: a process that is killed in between sends it twice, but none is lost.
 *
 * An alert that was over before its message could be sent gets one message only, which says both. Beyond
 * `MAX_PER_HOUR` none is sent but a last one that says so; alerts that are still open then follow as soon as the hour
 * allows it, those that are over are not told of any more.
 */
import type { AlertBook, BookEntry } from './alert-book.ts';

export const MAX_PER_HOUR = 20;
const HOUR_MS = 3_600_000;
const FIRST_RETRY_MS = 10_000;
const MAX_RETRY_MS = 5 * 60_000;

export type OutgoingMessage =
  | { readonly kind: 'start' | 'over' | 'missed'; readonly entry: BookEntry }
  /** There are more alerts than messages. */
  | { readonly kind: 'more' };

/** Undefined while nothing is to be sent, or may be. */
export function nextMessage(book: AlertBook, now: number): OutgoingMessage | undefined {
  if (now < book.retryAt) return undefined;
  const due = Object.values(book.entries).flatMap(messageOf);
  const [first] = due;
  if (first === undefined) return undefined;
  if (sentLately(book, now).length < MAX_PER_HOUR) return first;
  return book.toldOfMore ? undefined : { kind: 'more' };
}

function messageOf(entry: BookEntry): OutgoingMessage[] {
  if (entry.state === 'open' && entry.told === 'nothing') return [{ kind: 'start', entry }];
  if (entry.state !== 'over' || entry.told === 'over') return [];
  return [{ kind: entry.told === 'start' ? 'over' : 'missed', entry }];
}

export function afterSent(book: AlertBook, message: OutgoingMessage, now: number): AlertBook {
  const sentAt = sentLately(book, now);
  const sent = { ...book, failures: 0, retryAt: 0 };
  // The last message does not count: else it would take the place of the next alert.
  if (message.kind === 'more') return withoutMissed({ ...sent, sentAt, toldOfMore: true });
  const toldOfMore = book.toldOfMore && sentAt.length >= MAX_PER_HOUR / 2;
  return tell({ ...sent, sentAt: [...sentAt, now], toldOfMore }, message.entry, message.kind);
}

/** `retryAfterMs`: as the receiver says. */
export function afterFailure(book: AlertBook, now: number, retryAfterMs = 0): AlertBook {
  const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** book.failures, MAX_RETRY_MS);
  return { ...book, failures: book.failures + 1, retryAt: now + Math.max(backoffMs, retryAfterMs) };
}

/** Without a receiver, or beyond the messages of an hour, nobody is told of what was over before it could be told. */
export function forgetMissed(book: AlertBook, hasReceiver: boolean): AlertBook {
  return hasReceiver && !book.toldOfMore ? book : withoutMissed(book);
}

function withoutMissed(book: AlertBook): AlertBook {
  const missed = Object.values(book.entries).filter(
    ({ state, told }) => state === 'over' && told === 'nothing',
  );
  return missed.reduce((rest, entry) => tell(rest, entry, 'missed'), book);
}

function tell(book: AlertBook, entry: BookEntry, kind: 'start' | 'over' | 'missed'): AlertBook {
  const { id } = entry.alert;
  const told = kind === 'start' ? 'start' : 'over';
  return { ...book, entries: { ...book.entries, [id]: { ...book.entries[id]!, told } } };
}

const sentLately = ({ sentAt }: AlertBook, now: number) => sentAt.filter((at) => now - at < HOUR_MS);
