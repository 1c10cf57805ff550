/** What people read of an alert: what it is, what it means, what to do, and where to look. */
import { maskPhones } from '../mask-phones.ts';
import type { BookEntry } from './alert-book.ts';
import type { AlertFacts, AlertMessages } from './alert-messages.ts';
import { ENGLISH } from './messages-en.ts';
import { SPANISH } from './messages-es.ts';
import type { OutgoingMessage } from './outbox.ts';

export interface TextOptions {
  readonly language: 'en' | 'es';
  /** The CRM, as people write it: `HubSpot`. */
  readonly crm: string;
  readonly timeZone: string;
  /** Where this service is reached; the dashboard is below it. */
  readonly publicUrl: string | undefined;
}

/** Long enough for a reason, short enough for a phone. */
const MAX_REASON = 300;

export function alertText(message: OutgoingMessage, options: TextOptions): string {
  const messages = options.language === 'es' ? SPANISH : ENGLISH;
  const lines = linesOf(message, messages, options);
  if (options.publicUrl !== undefined) lines.push(`${options.publicUrl.replace(/\/+$/, '')}/dashboard`);
  return lines.join('\n');
}

function linesOf(message: OutgoingMessage, messages: AlertMessages, options: TextOptions): string[] {
  if (message.kind === 'more') return [`⚠️ ${messages.more}`];
  const { entry, kind } = message;
  const { title, meaning, fix } = messages.causes[entry.alert.cause](factsOf(entry, messages, options));
  if (kind === 'start') return [`🔴 *${title}*`, meaning, `→ ${fix}`];
  const duration = durationText(entry.lastSeenAt - entry.startedAt);
  return [`✅ ${messages[kind](title, duration, entry.calls)}`];
}

function factsOf(
  { alert, calls }: BookEntry,
  { locale }: AlertMessages,
  { timeZone, crm }: TextOptions,
): AlertFacts {
  const { until, ageMs = 0, reason = '', object, fields = [], crm: _, ...others } = alert;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return {
    ...others,
    calls,
    crm,
    reason: escapeForSlack(shorten(maskPhones(reason.replace(/\.$/, '')))),
    until: until === undefined ? '' : time.format(until),
    age: durationText(ageMs),
    what: escapeForSlack([object, fields.join(', ')].filter(Boolean).join(': ')),
  };
}

/** `3 h 5 min`: the same in both languages. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

const shorten = (text: string) => (text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON)}…`);

/**
 * Foreign text within a line of ours: it begins no line of its own, and does not turn the rest of its line around.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeForSlack(text: string): string {
  const line = text.replace(/\p{Bidi_Control}/gu, '').replace(/[\s\p{Cc}]+/gu, ' ');
  return line.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
