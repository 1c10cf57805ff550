import { expect, test } from '@jest/globals';
import { lingerFor } from '../../src/worker/linger.ts';

test.each([
  [undefined, 0],
  [{ used: 0, limit: 0 }, 0],
  [{ used: 90_000, limit: 100_000 }, 0],
  [{ used: 94_000, limit: 100_000 }, 17_500],
  [{ used: 98_000, limit: 100_000 }, 30_000],
  [{ used: 120_000, limit: 100_000 }, 30_000],
])('with %j used, a batch waits %d ms to grow', (usage, ms) => {
  expect(lingerFor(usage)).toBe(ms);
});

test('the first request beyond nine tenths does not make calls wait for long', () => {
  expect(lingerFor({ used: 90_001, limit: 100_000 })).toBeLessThan(6_000);
});
