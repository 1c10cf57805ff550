/** Dates and times as texts name them. An ambiguous one is never guessed: it is none. */

export interface DateReading {
  /** Accepted beside ISO 8601, such as `DD/MM/YYYY` or `D-M-YYYY HH:mm`. */
  readonly formats?: readonly string[] | undefined;
  /** The zone of dates and times that name none. */
  readonly timeZone: string;
}

export interface Moment {
  readonly date: string;
  /** `HH:mm:ss.SSS`; absent when only a day is named. */
  readonly time?: string;
  /** `Z` or `±HH:MM`; absent when none is named. */
  readonly offset?: string;
}

/** The day in the zone, and the instant where a time is named. Undefined for what is no date, or could be two. */
export function momentOf(raw: unknown, reading: DateReading): { day: string; instant?: number } | undefined {
  const moment = readMoment(raw, reading);
  if (!moment) return undefined;
  if (moment.time === undefined) return { day: moment.date };
  const instant = toInstant(moment, reading.timeZone);
  return { day: dayIn(new Date(instant), reading.timeZone), instant };
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

export function readMoment(raw: unknown, { formats = [] }: Pick<DateReading, 'formats'>): Moment | undefined {
  const text = typeof raw === 'string' ? raw.trim() : '';
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second = '00', fraction = '', offset] = iso;
    const time =
      hour === undefined ? undefined : `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
    return valid({ year: year!, month: month!, day: day!, time, offset: offset?.toUpperCase() });
  }
  // A text that two declared formats read differently is ambiguous.
  const readings = formats.flatMap((format) => readFormat(text, format) ?? []);
  const distinct = new Set(readings.map((moment) => JSON.stringify(moment)));
  return distinct.size === 1 ? readings[0] : undefined;
}

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<YYYY>\\d{4})',
  YY: '(?<YY>\\d{2})',
  MM: '(?<MM>\\d{2})',
  M: '(?<MM>\\d{1,2})',
  DD: '(?<DD>\\d{2})',
  D: '(?<DD>\\d{1,2})',
  HH: '(?<HH>\\d{2})',
  H: '(?<HH>\\d{1,2})',
  mm: '(?<mm>\\d{2})',
  ss: '(?<ss>\\d{2})',
};

const TOKEN = /YYYY|YY|MM?|DD?|HH?|mm|ss/g;
/** What other programs write for a part of a date, and we do not read. */
const FOREIGN = /\b[dMy]{1,4}\b|\bhh?:|:[ms]\b|\b[aA]\s*$|\b(?:SSS|Do|ZZ?)\b|%\w/;

/** Is this a date format we read? It must name year, month and day, each once. */
export function isDateFormat(format: string): boolean {
  const tokens = (format.match(TOKEN) ?? []).map((token) => token[0]!);
  const names = new Set(tokens);
  const complete = names.size === tokens.length && ['Y', 'M', 'D'].every((name) => names.has(name));
  return complete && (names.has('H') || !names.has('m')) && !FOREIGN.test(format.replace(TOKEN, ' '));
}

function readFormat(text: string, format: string): Moment | undefined {
  const pattern = format.replace(
    /YYYY|YY|MM?|DD?|HH?|mm|ss|[.*+?^${}()|[\]\\]/g,
    (token) => TOKENS[token] ?? `\\${token}`,
  );
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!found) return undefined;
  const { YYYY, YY, MM, DD, HH, mm = '00', ss = '00' } = found;
  const time = HH === undefined ? undefined : `${HH.padStart(2, '0')}:${mm}:${ss}.000`;
  return valid({ year: YYYY ?? `20${YY}`, month: MM!.padStart(2, '0'), day: DD!.padStart(2, '0'), time });
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly time?: string | undefined;
  readonly offset?: string | undefined;
}

/** Refuses the 30th of February and 25 o'clock, which Date would move to the next day. */
function valid({ year, month, day, time, offset }: Parts): Moment | undefined {
  const date = `${year}-${month}-${day}`;
  const whole = new Date(`${date}T${time ?? '00:00:00.000'}Z`);
  if (Number.isNaN(whole.getTime()) || whole.toISOString().slice(0, 10) !== date) return undefined;
  // A day more or less of some zone must not leave the four-digit years.
  if (year < '1000' || year > '9998' || !isOffset(offset)) return undefined;
  return { date, ...(time !== undefined && { time }), ...(offset !== undefined && { offset }) };
}

/** No clock on earth is further from UTC than 14 hours. */
function isOffset(offset = 'Z'): boolean {
  const [, hours, minutes] = /^[+-](\d{2}):?(\d{2})$/.exec(offset) ?? [];
  return hours === undefined || (Number(hours) <= 14 && Number(minutes) < 60);
}

/** Ms since the epoch; a day alone begins at midnight in the zone. */
export function toInstant({ date, time = '00:00:00.000', offset }: Moment, timeZone: string): number {
  if (offset !== undefined) {
    const colon = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
    return Date.parse(`${date}T${time}${colon}`);
  }
  return instantIn(`${date}T${time}`, timeZone);
}

/**
 * The instant at which clocks in the zone show `local` (`YYYY-MM-DDTHH:mm:ss.SSS`). A time they skip, going forward,
 * is as much later as they skip: never the hour, or the day, before.
 */
export function instantIn(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const guess = asUtc - offsetAt(asUtc, timeZone);
  // The zone's offset there, corrected once for a change of offset between the two instants.
  const offset = offsetAt(guess, timeZone);
  const instant = asUtc - offset;
  return offsetAt(instant, timeZone) === offset ? instant : Math.max(guess, instant);
}

function offsetAt(instant: number, timeZone: string): number {
  const part = Object.fromEntries(
    formatsOf(timeZone)
      .whole.formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  return shown - Math.floor(instant / 1_000) * 1_000;
}

/** The time clocks in the zone show, `HH:mm`. */
export function clockIn(instant: number, timeZone: string): string {
  return new Date(instant + offsetAt(instant, timeZone)).toISOString().slice(11, 16);
}

/** The day clocks in the zone show, `YYYY-MM-DD`. */
export function dayIn(instant: Date, timeZone: string): string {
  return formatsOf(timeZone).day.format(instant);
}

/** Making one takes longer than a hundred uses of it. */
const FORMATS = new Map<string, { readonly whole: Intl.DateTimeFormat; readonly day: Intl.DateTimeFormat }>();

function formatsOf(timeZone: string) {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const numeric = 'numeric';
  const formats = {
    whole: new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric },
      ...{ hour: numeric, minute: numeric, second: numeric },
    }),
    day: new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }),
  };
  FORMATS.set(timeZone, formats);
  return formats;
}
