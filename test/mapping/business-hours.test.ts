/** Business hours where the clocks change: https://en.wikipedia.org/wiki/Daylight_saving_time_by_country */
import { expect, test } from '@jest/globals';
import { addBusinessHours, instantAt, moveIntoBusinessHours } from '../../src/mapping/business-hours.ts';
import type { BusinessHours } from '../../src/mapping/schema/follow-up-rule.ts';

const iso = (instant: number) => new Date(instant).toISOString();

test('a business day that begins at a midnight the clocks skip begins on that day', () => {
  const hours: BusinessHours = { days: ['sun'], from: '00:00', to: '18:00' };
  const calendar = { hours, timeZone: 'America/Santiago' };
  expect(iso(instantAt('2026-09-06', calendar))).toBe('2026-09-06T04:00:00.000Z');
  expect(iso(addBusinessHours(Date.parse('2026-09-05T18:00:00Z'), 3, calendar))).toBe(
    '2026-09-06T07:00:00.000Z',
  );
});

test('over every change of the clocks business hours go forward, and end within business hours', () => {
  const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  for (const timeZone of [
    'America/Santiago',
    'America/Tijuana',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
  ]) {
    for (const [from, to] of [
      ['00:00', '23:00'],
      ['02:00', '03:00'],
      ['09:00', '18:00'],
    ] as const) {
      const calendar = { hours: { days: [...week], from, to }, timeZone };
      let now = Date.parse('2026-01-01T00:00:00Z');
      while (now < Date.parse('2027-01-01T00:00:00Z')) {
        const later = addBusinessHours(now, 7, calendar);
        expect(later - now).toBeGreaterThanOrEqual(7 * 3_600_000);
        // The last moment before it is within business hours.
        expect(moveIntoBusinessHours(later - 1, calendar)).toBe(later - 1);
        now = later + 12 * 3_600_000;
      }
    }
  }
});
