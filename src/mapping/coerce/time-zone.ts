/** Instants and what the clocks of a time zone show. Instants are ms since the epoch. */

/**
 * The instant at which clocks in the zone show `local` (`YYYY-MM-DDTHH:mm:ss.SSS`). A time the clocks skip, going
 * forward, is as much later as they skip: never the hour, or the day, before.
 */
export function instantIn(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const guess = asUtc - offsetAt(asUtc, timeZone);
  // The zone's offset there, corrected once for a change of offset between the two instants.
  const offset = offsetAt(guess, timeZone);
  const instant = asUtc - offset;
  return offsetAt(instant, timeZone) === offset ? instant : Math.max(guess, instant);
}

/** The time clocks in the zone show, `HH:mm`. */
export function clockIn(instant: number, timeZone: string): string {
  return new Date(instant + offsetAt(instant, timeZone)).toISOString().slice(11, 16);
}

/** The day calendars in the zone show, `YYYY-MM-DD`. */
export function dayIn(instant: number, timeZone: string): string {
  return formattersOf(timeZone).day.format(instant);
}

function offsetAt(instant: number, timeZone: string): number {
  const part = Object.fromEntries(
    formattersOf(timeZone)
      .dateTime.formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  return shown - Math.floor(instant / 1_000) * 1_000;
}

interface Formatters {
  readonly dateTime: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
}

/** By time zone. To create one takes longer than to use it a hundred times. */
const formatters = new Map<string, Formatters>();

function formattersOf(timeZone: string): Formatters {
  const cached = formatters.get(timeZone);
  if (cached) return cached;
  const numeric = 'numeric';
  const created = {
    dateTime: new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric },
      ...{ hour: numeric, minute: numeric, second: numeric },
    }),
    day: new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }),
  } as const;
  formatters.set(timeZone, created);
  return created;
}
