/** Spans of time as they are typed: `24h`, `30m`, `7d`. */
import { UsageError } from './command-line.ts';

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

/** In ms. `name`: of the option. */
export function parseDuration(name: string, text: string): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count === undefined) throw new UsageError(`${name} takes a time such as 30m, 24h or 7d`);
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** The same for waiting, which is done in seconds: `45s`, `2m`. */
export function parseSpan(name: string, text: string): number {
  const [, count, unit] = /^(\d{1,4})([sm])$/.exec(text) ?? [];
  if (count === undefined || Number(count) === 0)
    throw new UsageError(`${name} takes a time such as 45s or 2m`);
  return Number(count) * (unit === 's' ? 1_000 : 60_000);
}
