/** The days of the service's time zone. The mapping knows time zones; the caller hands this in. */
export interface Calendar {
  /** `YYYY-MM-DD`; `at`: ms since the epoch. */
  dayOf(at: number): string;
  /** When it begins, ms since the epoch. */
  startOf(day: string): number;
}

/** From the day of `from` to that of the last moment before `to`. */
export function daysBetween({ dayOf }: Calendar, from: number, to: number): readonly string[] {
  const last = dayOf(Math.max(from, to - 1));
  const days = [dayOf(from)];
  while (days.at(-1)! < last) days.push(dayAfter(days.at(-1)!));
  return days;
}

export function dayAfter(day: string): string {
  return shifted(day, 1);
}

export function dayBefore(day: string): string {
  return shifted(day, -1);
}

function shifted(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 24 * 3_600_000).toISOString().slice(0, 10);
}
