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

/** Each so much after the one before it, the first after `from`: busy machines are later. Timers may be a ms early. */
function expectSpaced(times: readonly number[], from: number): void {
  for (const [index, time] of times.entries())
    expect(time - from).toBeGreaterThanOrEqual(index * (INTERVAL_MS - 1.5));
}

test('turns that are asked for at once are given one after the other', async () => {
  const from = performance.now();
  expectSpaced(await turns(new EvenPace(INTERVAL_MS), 10), from);
});

test('at most twelve turns are given in any second', async () => {
  const times = await turns(new EvenPace(), 25);
  const most = times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length);
  expect(Math.max(...most)).toBeLessThan(12);
});

test('a process that was busy does not make up for the turns that it missed', async () => {
  const pace = new EvenPace(INTERVAL_MS);
  await pace.turn();
  const waiting = turns(pace, 10);
  const until = performance.now() + 10 * INTERVAL_MS;
  while (performance.now() < until);
  expectSpaced(await waiting, until);
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
  expect(await isGivenAtOnce(pace)).toBe(false);
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
