/** Spans of time, and moments, as they are typed: `24h`, `30m`, `7d`, `2026-11-25T09:00Z`. */
import { durationMs } from '../config/duration.ts';
import { UsageError } from './command-line.ts';

/** In ms. `name`: of the option. */
export function parseDuration(name: string, text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new UsageError(`${name} takes a time such as 30m, 24h or 7d`);
  return ms;
}

/** The same for waiting, which is done in seconds: `45s`, `2m`. */
export function parseSpan(name: string, text: string): number {
  const [, count, unit] = /^(\d{1,4})([sm])$/.exec(text) ?? [];
  if (count === undefined || Number(count) === 0)
    throw new UsageError(`${name} takes a time such as 45s or 2m`);
  return Number(count) * (unit === 's' ? 1_000 : 60_000);
}

/** `24h`, or a moment in ISO 8601: without a zone it is UTC, as in the list. */
export function parseMoment(option: string, text: string): number {
  if (/^\d+[a-z]$/.test(text)) return Date.now() - parseDuration(option, text);
  const isUtc = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(text);
  const moment = Date.parse(isUtc && text.length > 10 ? `${text.replace(' ', 'T')}Z` : text);
  if (!/^\d{4}-/.test(text) || Number.isNaN(moment)) {
    throw new UsageError(`${option} takes 30m, 24h or 7d, or a time such as 2026-11-25T09:00Z`);
  }
  return moment;
}
