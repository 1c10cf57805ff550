/** The days of a time zone, for the statements. */
import { dayIn, instantIn } from '../mapping/coerce/time-zone.ts';
import type { Calendar } from '../reconcile/calendar.ts';

export function calendarOf(timeZone: string): Calendar {
  return {
    dayOf: (at) => dayIn(at, timeZone),
    startOf: (day) => instantIn(`${day}T00:00:00.000`, timeZone),
  };
}
