/** Turns for requests: never more in a window than the quota allows, and no fewer than it allows in the long run. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextTurn, type Quota } from '../../connectors/request-pace.ts';

/** The turns that are given at these moments. */
function turnsAt(moments: readonly number[], quota: Quota, next = nextTurn): readonly number[] {
  const turns: number[] = [];
  for (const now of moments) turns.push(next(now, (n) => turns.at(-n) ?? 0, quota));
  return turns;
}

function mostInAWindow(turns: readonly number[], perMs: number): number {
  return Math.max(...turns.map((from) => turns.filter((at) => at >= from && at < from + perMs).length));
}

const quotas = fc.record({
  requests: fc.integer({ min: 1, max: 40 }),
  perMs: fc.integer({ min: 100, max: 10_000 }),
});
const waits = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 })), {
  minLength: 1,
  maxLength: 120,
});
const momentsOf = (gaps: readonly number[]) => {
  let now = 1_000_000;
  return gaps.map((gap) => {
    now += gap;
    return now;
  });
};

test('no window holds more turns than the quota, whenever they are asked for', () => {
  fc.assert(
    fc.property(quotas, waits, (quota, gaps) => {
      expect(mostInAWindow(turnsAt(momentsOf(gaps), quota), quota.perMs)).toBeLessThanOrEqual(quota.requests);
    }),
    { numRuns: 300 },
  );
});

test('a pace that looks one turn less far back is found', () => {
  const wrong: typeof nextTurn = (now, at, { requests, perMs }) => Math.max(now, at(requests + 1) + perMs);
  const quota = { requests: 5, perMs: 1_000 };
  expect(mostInAWindow(turnsAt(Array(20).fill(1_000_000), quota, wrong), quota.perMs)).toBe(6);
});

test('half of the quota is there at once, and in the long run all of it', () => {
  const quota = { requests: 100, perMs: 10_000 };
  const turns = turnsAt(Array(1_100).fill(1_000_000), quota).map((at) => at - 1_000_000);
  expect(turns.filter((at) => at === 0)).toHaveLength(50);
  expect(turns.filter((at) => at >= 20_000 && at < 100_000)).toHaveLength(800);
});
