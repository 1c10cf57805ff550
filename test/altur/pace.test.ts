/** Requests are spaced out. How long a turn takes at most is a matter of the machine, so no test asks. */
import { expect, test } from '@jest/globals';
import { EvenPace } from '../../src/altur/pace.ts';

const INTERVAL_MS = 20;

async function turns(pace: EvenPace, count: number, signal?: AbortSignal): Promise<number[]> {
  const one = async () => {
    await pace.turn(signal);
    return performance.now();
  };
  return Promise.all(Array.from({ length: count }, one));
}

/** Timers may fire within the millisecond before. */
function expectSpaced(times: readonly number[], intervalMs = INTERVAL_MS): void {
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(intervalMs - 1.5);
}

test('turns that are asked for at once are given one after the other', async () => {
  expectSpaced(await turns(new EvenPace(INTERVAL_MS), 10));
});

test('at most twelve turns are given in any second', async () => {
  const times = await turns(new EvenPace(), 25);
  const most = times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length);
  expect(Math.max(...most)).toBeLessThan(12);
});

test('a process that was busy does not make up for the turns that it missed', async () => {
  const pace = new EvenPace(INTERVAL_MS);
  const waiting = turns(pace, 10);
  await pace.turn();
  const until = performance.now() + 10 * INTERVAL_MS;
  while (performance.now() < until);
  expectSpaced(await waiting);
});

/** Whether a turn is given without waiting for any timer. */
async function isGivenAtOnce(pace: EvenPace): Promise<boolean> {
  const asked = new AbortController();
  const later = new Promise<false>((resolve) => setImmediate(resolve, false));
  const given = pace.turn(asked.signal).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([given, later]);
  } finally {
    asked.abort();
  }
}

test('the turn after a rest is given at once, the one after it is not', async () => {
  const pace = new EvenPace(INTERVAL_MS);
  await pace.turn();
  await new Promise((resolve) => setTimeout(resolve, 2 * INTERVAL_MS));
  expect(await isGivenAtOnce(pace)).toBe(true);
  const [first, second] = await turns(pace, 2);
  expectSpaced([first!, second!]);
});

test('aborted turns reject with the reason and cost the others nothing', async () => {
  const pace = new EvenPace(60_000);
  const abort = new AbortController();
  const aborted = Array.from({ length: 1_000 }, () => pace.turn(abort.signal).catch((error) => error));
  const reason = new Error('shutting down');
  abort.abort(reason);
  expect(new Set(await Promise.all(aborted))).toEqual(new Set([reason]));
  expect(await isGivenAtOnce(pace)).toBe(true);
  expect(await isGivenAtOnce(pace)).toBe(false);
});
