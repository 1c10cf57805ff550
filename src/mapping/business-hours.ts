/** When somebody is there to act: business days and hours, in the zone of the deployment. */

import { dayIn, instantIn } from './coerce/dates.ts';
import type { BusinessHours } from './schema.ts';

export const OFFICE_HOURS: BusinessHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
};

/** `hours` null: every moment of every day is as good. */
export interface Calendar {
  readonly hours: BusinessHours | null;
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** `day` (`YYYY-MM-DD`) at `time` (`HH:MM`) in the zone; by default when business hours begin. */
export function at(day: string, { hours, timeZone }: Calendar, time?: string): number {
  return instantIn(`${day}T${time ?? (hours ?? OFFICE_HOURS).from}:00.000`, timeZone);
}

/** The day itself if it is a business day, else the next that is. */
export function businessDay(day: string, { hours }: Calendar): string {
  let found = day;
  while (hours && !hours.days.includes(weekday(found))) found = next(found);
  return found;
}

export function addDays(day: string, count: number, calendar: Calendar, business: boolean): string {
  let found = business ? businessDay(day, calendar) : day;
  for (let left = count; left > 0; left -= 1) {
    found = next(found);
    if (business) found = businessDay(found, calendar);
  }
  return found;
}

/** The moment itself if somebody is there, else when they are back. */
export function within(instant: number, calendar: Calendar): number {
  const { hours, timeZone } = calendar;
  if (!hours) return instant;
  const today = dayIn(new Date(instant), timeZone);
  const day = businessDay(today, calendar);
  if (day !== today || instant < at(day, calendar)) return at(day, calendar);
  return instant < at(day, calendar, hours.to) ? instant : at(businessDay(next(day), calendar), calendar);
}

export function addBusinessHours(instant: number, count: number, calendar: Calendar): number {
  const { hours, timeZone } = calendar;
  if (!hours) return instant + count * HOUR_MS;
  let now = within(instant, calendar);
  let left = count * HOUR_MS;
  for (;;) {
    const closing = at(dayIn(new Date(now), timeZone), calendar, hours.to);
    if (now + left <= closing) return now + left;
    left -= closing - now;
    now = within(closing, calendar);
  }
}

function next(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

function weekday(day: string) {
  return DAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]!;
}
