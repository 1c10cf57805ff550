/** Business days and business hours, in the time zone of the deployment. Instants are ms since the epoch. */
import { dayIn, instantIn } from './coerce/time-zone.ts';
import type { BusinessHours } from './schema/follow-up-rule.ts';

export const DEFAULT_BUSINESS_HOURS: BusinessHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
};

export interface Calendar {
  /** `null`: every time of every day is within business hours. */
  readonly hours: BusinessHours | null;
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** `day` (`YYYY-MM-DD`) at `time` (`HH:MM`) in the zone; by default when business hours begin. */
export function instantAt(day: string, { hours, timeZone }: Calendar, time?: string): number {
  return instantIn(`${day}T${time ?? (hours ?? DEFAULT_BUSINESS_HOURS).from}:00.000`, timeZone);
}

/** The day itself if it is a business day, else the next one that is. */
export function toBusinessDay(day: string, { hours }: Calendar): string {
  let result = day;
  while (hours && !hours.days.includes(weekdayOf(result))) result = dayAfter(result);
  return result;
}

export function addDays(day: string, count: number, calendar: Calendar, business: boolean): string {
  let result = business ? toBusinessDay(day, calendar) : day;
  for (let left = count; left > 0; left -= 1) {
    result = dayAfter(result);
    if (business) result = toBusinessDay(result, calendar);
  }
  return result;
}

/** The instant itself if it is within business hours, else when they begin next. */
export function moveIntoBusinessHours(instant: number, calendar: Calendar): number {
  const { hours, timeZone } = calendar;
  if (!hours) return instant;
  const today = dayIn(instant, timeZone);
  const day = toBusinessDay(today, calendar);
  if (day !== today || instant < instantAt(day, calendar)) return instantAt(day, calendar);
  if (instant < instantAt(day, calendar, hours.to)) return instant;
  return instantAt(toBusinessDay(dayAfter(day), calendar), calendar);
}

export function addBusinessHours(instant: number, count: number, calendar: Calendar): number {
  const { hours, timeZone } = calendar;
  if (!hours) return instant + count * HOUR_MS;
  let start = moveIntoBusinessHours(instant, calendar);
  let left = count * HOUR_MS;
  for (;;) {
    const closing = instantAt(dayIn(start, timeZone), calendar, hours.to);
    if (start + left <= closing) return start + left;
    left -= closing - start;
    start = moveIntoBusinessHours(closing, calendar);
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

function weekdayOf(day: string) {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]!;
}
