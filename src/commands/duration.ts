/** Spans of time as they are typed: `24h`, `30m`, `7d`. */
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
