import { afterEach, expect, jest, test } from '@jest/globals';
import { Batcher, type BatcherOptions } from '../../src/worker/batcher.ts';

/** A flush whose landing the test decides. */
function airport(options: Partial<BatcherOptions<number, string>> = {}) {
  const departures: { items: readonly number[]; land(): void; crash(error: Error): void }[] = [];
  const batcher = new Batcher<number, string>({
    maxSize: () => 3,
    maxInFlight: 1,
    backlog: async () => 0,
    flush: (items) =>
      new Promise((resolve, reject) => {
        departures.push({ items, land: () => resolve(items.map((item) => `done ${item}`)), crash: reject });
      }),
    ...options,
  });
  return { batcher, departures };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

afterEach(() => {
  jest.useRealTimers();
});

test('an item alone leaves at once', async () => {
  const { batcher, departures } = airport();
  const result = batcher.push(1);
  await until(() => departures.length === 1);
  departures[0]!.land();
  expect(await result).toBe('done 1');
});

test('what arrives while a batch is under way becomes the next batch', async () => {
  const { batcher, departures } = airport();
  const results = [batcher.push(1)];
  await until(() => departures.length === 1);
  results.push(batcher.push(2), batcher.push(3));
  departures[0]!.land();
  await until(() => departures.length === 2);
  departures[1]!.land();
  expect(await Promise.all(results)).toEqual(['done 1', 'done 2', 'done 3']);
  expect(departures.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

test('an item that shares a name with one under way waits for it, and others go before it', async () => {
  const { batcher, departures } = airport({ maxInFlight: 2, names: (item) => [`last digit ${item % 10}`] });
  const results = [1, 2, 3, 11, 4, 5, 6].map((item) => batcher.push(item));
  await until(() => departures.length === 2);
  departures[1]!.land();
  await results[6];
  departures[0]!.land();
  await until(() => departures.length === 3);
  departures[2]!.land();
  await Promise.all(results);
  expect(departures.map(({ items }) => items)).toEqual([[1, 2, 3], [4, 5, 6], [11]]);
});

test('while the queue holds more, the first batch waits for it instead of leaving small', async () => {
  let backlog = 2;
  const { batcher, departures } = airport({ backlog: async () => backlog });
  const results = [batcher.push(1)];
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  for (const item of [2, 3]) {
    await jest.advanceTimersByTimeAsync(2);
    expect(departures).toHaveLength(0);
    backlog -= 1;
    results.push(batcher.push(item));
  }
  await jest.advanceTimersByTimeAsync(2);
  await until(() => departures.length === 1);
  departures[0]!.land();
  await Promise.all(results);
  expect(departures.map(({ items }) => items)).toEqual([[1, 2, 3]]);
});

test('a backlog that another worker takes does not hold a batch back for long', async () => {
  const { batcher, departures } = airport({ backlog: async () => 50 });
  const result = batcher.push(1);
  await until(() => departures.length === 1);
  departures[0]!.land();
  expect(await result).toBe('done 1');
});

test('a second flight departs only with a full batch', async () => {
  const { batcher, departures } = airport({ maxInFlight: 2 });
  for (const item of [1, 2, 3, 4, 5]) void batcher.push(item);
  await until(() => departures.length === 1);
  await new Promise(setImmediate);
  expect(departures.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  void batcher.push(6);
  expect(departures.map(({ items }) => items)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('a batch is never larger than its limit, which may shrink between batches', async () => {
  let size = 3;
  const { batcher, departures } = airport({ maxSize: () => size });
  for (const item of [1, 2, 3, 4, 5]) void batcher.push(item);
  size = 1;
  departures[0]!.land();
  await until(() => departures.length === 2);
  expect(departures.map(({ items }) => items)).toEqual([[1, 2, 3], [4]]);
});

test('a failed flush rejects its own items and nobody else', async () => {
  const { batcher, departures } = airport();
  const failing = batcher.push(1);
  await until(() => departures.length === 1);
  const next = batcher.push(2);
  departures[0]!.crash(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  await until(() => departures.length === 2);
  departures[1]!.land();
  expect(await next).toBe('done 2');
});

test('draining settles what waits and leaves the flight under way alone', async () => {
  const { batcher, departures } = airport();
  const flying = batcher.push(1);
  await until(() => departures.length === 1);
  const waiting = batcher.push(2);
  batcher.drain('later');
  departures[0]!.land();
  expect(await waiting).toBe('later');
  expect(await flying).toBe('done 1');
  expect(batcher.waiting).toBe(0);
});

test('an item without a result is an error, never silence', async () => {
  const { batcher } = airport({ flush: async () => [] });
  await expect(batcher.push(1)).rejects.toThrow('without a result');
});

test('where requests are dear a batch waits to grow, and leaves when it is full', async () => {
  const { batcher, departures } = airport({ lingerMs: () => 60_000 });
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  void batcher.push(1);
  await new Promise(setImmediate);
  await jest.advanceTimersByTimeAsync(59_000);
  expect(departures).toHaveLength(0);
  void batcher.push(2);
  void batcher.push(3);
  await until(() => departures.length === 1);
  expect(departures[0]!.items).toEqual([1, 2, 3]);
});
