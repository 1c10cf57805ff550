/** A window in slices, and where a run goes on that follows one that was stopped. */
import { expect, test } from '@jest/globals';
import { timeSlices } from '../../src/reconcile/time-slices.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T = Date.UTC(2026, 10, 1);
const spans = (...args: Parameters<typeof timeSlices>) =>
  timeSlices(...args).map(({ from, to, done }) => [(from - T) / HOUR, (to - T) / HOUR, [...done]]);

test('up to two days are one slice; months are thirty at most, without gaps', () => {
  expect(spans({ from: T, to: T + DAY }, undefined)).toEqual([[0, 24, []]]);
  const slices = timeSlices({ from: T, to: T + 180 * DAY + HOUR }, undefined);
  expect(slices.length).toBeLessThanOrEqual(30);
  expect([slices[0]!.from, slices.at(-1)!.to]).toEqual([T, T + 180 * DAY + HOUR]);
  for (const [index, { from }] of slices.entries()) if (index > 0) expect(from).toBe(slices[index - 1]!.to);
});

test('a run goes on in the slice in which the former one ended, and looks at its last two hours again', () => {
  const former = {
    window: { from: T, to: T + DAY },
    cursor: T,
    sliceTo: T + DAY,
    campaigns: ['one'],
  };
  // Typed an hour later: `--since 24h` is an hour later too.
  expect(spans({ from: T + HOUR, to: T + 25 * HOUR }, former)).toEqual([
    [1, 24, ['one']],
    [22, 25, []],
  ]);
});

test('what was compared to its end is not compared again; an earlier beginning begins again', () => {
  const former = {
    window: { from: T, to: T + 100 * DAY },
    cursor: T + 40 * DAY,
    sliceTo: T + 44 * DAY,
    campaigns: [],
  };
  const slices = timeSlices({ from: T + HOUR, to: T + 100 * DAY + HOUR }, former);
  expect([slices[0]!.from, slices[0]!.to, slices.at(-1)!.to]).toEqual([
    T + 40 * DAY,
    T + 44 * DAY,
    T + 100 * DAY + HOUR,
  ]);
  expect(timeSlices({ from: T - DAY, to: T + 100 * DAY }, former)[0]!.from).toBe(T - DAY);
  expect(timeSlices({ from: T + 50 * DAY, to: T + 100 * DAY }, former)[0]!.from).toBe(T + 50 * DAY);
});
