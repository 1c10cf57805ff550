/** Times and durations as the API writes them, which differs between its pages. */
import type { Settings } from './settings.ts';

export function timeText(ms: number | undefined, { times, utcOffsetHours }: Settings): string | null {
  if (ms === undefined) return null;
  const utc = new Date(ms).toISOString();
  const local = new Date(ms + utcOffsetHours * 3_600_000).toISOString();
  switch (times) {
    case 'utc':
      return utc.replace('.000Z', 'Z');
    case 'offset':
      return `${local.slice(0, 23)}000${offsetText(utcOffsetHours)}`;
    case 'zoneless-utc':
      return utc.slice(0, 19).replace('T', ' ');
    case 'zoneless-local':
      return local.slice(0, 19).replace('T', ' ');
  }
}

export function durationText(seconds: number | undefined, { durations }: Settings): number | string | null {
  if (seconds === undefined) return null;
  if (durations === 'seconds') return seconds;
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

function offsetText(hours: number): string {
  return `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
}
