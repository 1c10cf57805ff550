/** Changes of the clocks: https://en.wikipedia.org/wiki/Daylight_saving_time_by_country */
import { expect, test } from '@jest/globals';
import { clockIn, dayIn, instantIn } from '../../../src/mapping/coerce/time-zone.ts';

const iso = (instant: number) => new Date(instant).toISOString();

test.each([
  ['America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00:00.000Z'],
  ['America/Havana', '2026-03-08T00:30', '2026-03-08T05:30:00.000Z'],
  ['America/Tijuana', '2026-03-08T02:30', '2026-03-08T10:30:00.000Z'],
  ['Europe/Madrid', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
])('in %s, where the clocks skip %s, it is %s', (zone, local, instant) => {
  expect(iso(instantIn(`${local}:00.000`, zone))).toBe(instant);
});

test('an instant is a day and a time of the zone', () => {
  const instant = Date.parse('2026-03-08T05:30:00Z');
  expect([dayIn(instant, 'America/Mexico_City'), clockIn(instant, 'America/Mexico_City')]).toEqual([
    '2026-03-07',
    '23:30',
  ]);
  expect(iso(instantIn('2026-03-07T23:30:00.000', 'America/Mexico_City'))).toBe(iso(instant));
});
