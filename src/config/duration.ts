/** Spans of time as operators write them: `30m`, `24h`, `7d`. */
const UNITS_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

/** In ms; undefined where the text is none. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
