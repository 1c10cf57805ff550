/** Turns for requests: never more in a window than the quota allows, however late they are sent. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HELD_MS, msToNextTurn, type Quota } from '../../connectors/request-pace.ts';

interface Request {
  /** ms after the request before it. */
  readonly after: number;
  /** ms from its turn until it is sent. */
  readonly late: number;
}

interface Counted {
  ends: number;
  readonly sentAt: number;
}

/** When requests are sent that take their turns one after the other. `counts`: from when on a turn's window is counted. */
function sendTimes(
  requests: readonly Request[],
  quota: Quota,
  counts: 'from sending' | 'from its turn' = 'from sending',
): readonly number[] {
  const turns: Counted[] = [];
  let now = 0;
  for (const { after, late } of requests) {
    now += after;
    for (;;) {
      for (const turn of turns)
        if (counts === 'from sending' && turn.sentAt <= now) turn.ends = turn.sentAt + quota.perMs;
      const ends = turns.map((turn) => turn.ends).filter((end) => end > now);
      const wait = msToNextTurn(
        now,
        ends.toSorted((one, other) => one - other),
        quota,
      );
      if (wait === 0) break;
      now += wait;
    }
    const held = counts === 'from sending' ? HELD_MS : 0;
    turns.push({ ends: now + quota.perMs + held, sentAt: now + late });
  }
  return turns.map(({ sentAt }) => sentAt);
}

function mostInAWindow(times: readonly number[], perMs: number): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + perMs).length));
}

const quotas = fc.record({
  requests: fc.integer({ min: 1, max: 40 }),
  perMs: fc.integer({ min: 100, max: 10_000 }),
});
const moments = (max: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max }));
const requests = fc.array(fc.record({ after: moments(3_000), late: moments(HELD_MS) }), {
  minLength: 1,
  maxLength: 120,
});
const FIVE_A_SECOND = { requests: 5, perMs: 1_000 };
const punctual = (count: number) => Array<Request>(count).fill({ after: 0, late: 0 });

test('no window holds more requests than the quota, whenever they are asked for and however late they are sent', () => {
  fc.assert(
    fc.property(quotas, requests, (quota, asked) => {
      expect(mostInAWindow(sendTimes(asked, quota), quota.perMs)).toBeLessThanOrEqual(quota.requests);
    }),
    { numRuns: 300 },
  );
});

test('turns that are counted from when they are given are too many once one is sent late', () => {
  const late = [{ after: 0, late: 700 }, ...punctual(9)];
  expect(mostInAWindow(sendTimes(late, FIVE_A_SECOND, 'from its turn'), 1_000)).toBe(6);
  expect(mostInAWindow(sendTimes(late, FIVE_A_SECOND), 1_000)).toBe(5);
});

test('half of the quota is there at once, and in the long run all of it', () => {
  const times = sendTimes(punctual(1_100), { requests: 100, perMs: 10_000 });
  expect(times.filter((at) => at === 0)).toHaveLength(50);
  expect(times.filter((at) => at >= 20_000 && at < 100_000)).toHaveLength(800);
});

test('what a request is late by is lost once, not for every request after it', () => {
  const late = [...punctual(10), { after: 0, late: 30 }, ...punctual(490)];
  expect(sendTimes(late, FIVE_A_SECOND).at(-1)).toBeLessThanOrEqual(
    sendTimes(punctual(501), FIVE_A_SECOND).at(-1)! + 30,
  );
});
