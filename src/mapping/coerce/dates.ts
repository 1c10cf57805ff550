/** Dates and times as texts hold them: ISO 8601, and the formats a mapping declares. */
import { AMBIGUOUS, type Read } from './coerced.ts';
import { type DateParts, matchDateFormat } from './date-formats.ts';
import { dayIn, instantIn } from './time-zone.ts';

export interface DateReading {
  /** Accepted besides ISO 8601, such as `DD/MM/YYYY` or `D-M-YYYY HH:mm`. */
  readonly formats?: readonly string[] | undefined;
  /** The zone of dates and times that name none. */
  readonly timeZone: string;
}

interface Moment {
  readonly date: string;
  /** `HH:mm:ss.SSS`; absent when only a day is given. */
  readonly time?: string;
  /** `Z` or `±HH:MM`; absent when none is given. */
  readonly offset?: string;
}

/** The day in the zone, and the instant where a time is given. Undefined for what is no date, or is ambiguous. */
export function momentOf(raw: unknown, reading: DateReading): { day: string; instant?: number } | undefined {
  const moment = readMoment(raw, reading);
  if (moment === undefined || moment === AMBIGUOUS) return undefined;
  if (moment.time === undefined) return { day: moment.date };
  const instant = toInstant(moment, reading.timeZone);
  return { day: dayIn(instant, reading.timeZone), instant };
}

/** `YYYY-MM-DD` */
export function toDate(raw: unknown, reading: DateReading): Read<string> {
  const moment = readMoment(raw, reading);
  if (moment === undefined || moment === AMBIGUOUS) return moment;
  if (moment.time === undefined || moment.offset === undefined) return moment.date;
  return dayIn(toInstant(moment, reading.timeZone), reading.timeZone);
}

/** ISO 8601 in UTC; a day alone begins at midnight in the zone. */
export function toDateTime(raw: unknown, reading: DateReading): Read<string> {
  const moment = readMoment(raw, reading);
  if (moment === undefined || moment === AMBIGUOUS) return moment;
  return new Date(toInstant(moment, reading.timeZone)).toISOString();
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Ambiguous when two declared formats read the text differently. */
function readMoment(raw: unknown, { formats = [] }: DateReading): Read<Moment> {
  const text = typeof raw === 'string' ? raw.trim() : '';
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second = '00', fraction = '', offset] = iso;
    const time =
      hour === undefined ? undefined : `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
    return toMoment({ year: year!, month: month!, day: day!, time, offset: offset?.toUpperCase() });
  }
  const moments = formats.flatMap((format) => {
    const parts = matchDateFormat(text, format);
    return (parts && toMoment(parts)) ?? [];
  });
  const distinct = new Set(moments.map((moment) => JSON.stringify(moment)));
  return distinct.size > 1 ? AMBIGUOUS : moments[0];
}

/** Undefined for the 30th of February and for 25:00, which Date would move to the next day. */
function toMoment({ year, month, day, time, offset }: DateParts): Moment | undefined {
  const date = `${year}-${month}-${day}`;
  const utc = new Date(`${date}T${time ?? '00:00:00.000'}Z`);
  if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 10) !== date) return undefined;
  // The offset of any zone must not move the date out of the four-digit years.
  if (year < '1000' || year > '9998' || !isOffset(offset)) return undefined;
  return { date, ...(time !== undefined && { time }), ...(offset !== undefined && { offset }) };
}

/** No time zone is further from UTC than 14 hours. */
function isOffset(offset = 'Z'): boolean {
  const [, hours, minutes] = /^[+-](\d{2}):?(\d{2})$/.exec(offset) ?? [];
  return hours === undefined || (Number(hours) <= 14 && Number(minutes) < 60);
}

function toInstant({ date, time = '00:00:00.000', offset }: Moment, timeZone: string): number {
  if (offset === undefined) return instantIn(`${date}T${time}`, timeZone);
  const withColon = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  return Date.parse(`${date}T${time}${withColon}`);
}
