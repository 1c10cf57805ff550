/** `startDate` and `endDate` of a list, which must be given together. */
import { badRequest } from './api-error.ts';
import type { Settings } from './settings.ts';

export function dateFilterOf(query: URLSearchParams, settings: Settings): (ms: number) => boolean {
  const [start, end] = [query.get('startDate'), query.get('endDate')];
  if (start === null && end === null) return () => true;
  if (start === null || end === null) throw badRequest('startDate and endDate must be given together');
  const from = instantOf('startDate', start);
  const to = instantOf('endDate', end);
  if (settings.dateFilter === 'day') {
    const dayOf = (ms: number) =>
      new Date(ms + settings.utcOffsetHours * 3_600_000).toISOString().slice(0, 10);
    const [first, last] = [start.slice(0, 10), end.slice(0, 10)];
    return (ms) => dayOf(ms) >= first && dayOf(ms) <= last;
  }
  return (ms) => ms >= from && (settings.endDateIncluded ? ms <= to : ms < to);
}

/** A text without a zone is in UTC. */
function instantOf(name: string, text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, day, time = '00:00', zone = 'Z'] = match ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(ms)) throw badRequest(`${name} must be a date`);
  return ms;
}
