import { afterEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Batcher, type BatcherOptions } from '../../src/worker/batcher.ts';

/** A batcher whose batches settle when the test says so. */
function controlledBatcher(options: Partial<BatcherOptions<number, string>> = {}) {
  const dispatched: { items: readonly number[]; settle(): void; fail(error: Error): void }[] = [];
  const batcher = new Batcher<number, string>({
    maxSize: () => 3,
    maxInFlight: 1,
    backlog: async () => 0,
    runBatch: (items) =>
      new Promise((resolve, reject) => {
        dispatched.push({ items, settle: () => resolve(items.map((item) => `done ${item}`)), fail: reject });
      }),
    ...options,
  });
  return { batcher, dispatched };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

afterEach(() => {
  jest.useRealTimers();
});

test('an item alone leaves at once', async () => {
  const { batcher, dispatched } = controlledBatcher();
  const result = batcher.push(1);
  await until(() => dispatched.length === 1);
  dispatched[0]!.settle();
  expect(await result).toBe('done 1');
});

test('what arrives while a batch is in flight becomes the next batch', async () => {
  const { batcher, dispatched } = controlledBatcher();
  const results = [batcher.push(1)];
  await until(() => dispatched.length === 1);
  results.push(batcher.push(2), batcher.push(3));
  dispatched[0]!.settle();
  await until(() => dispatched.length === 2);
  dispatched[1]!.settle();
  expect(await Promise.all(results)).toEqual(['done 1', 'done 2', 'done 3']);
  expect(dispatched.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

test('an item that must be alone leaves by itself, and others of its time together', async () => {
  const { batcher, dispatched } = controlledBatcher({ mustBeAlone: (item) => item >= 10 });
  const results = [batcher.push(1)];
  await until(() => dispatched.length === 1);
  results.push(...[2, 10, 3, 11].map((item) => batcher.push(item)));
  for (let batch = 0; batch < 4; batch++) {
    await until(() => dispatched.length === batch + 1);
    dispatched[batch]!.settle();
  }
  await Promise.all(results);
  expect(dispatched.map(({ items }) => items)).toEqual([[1], [2, 3], [10], [11]]);
});

test('an item that must be alone takes a free slot at once', async () => {
  const { batcher, dispatched } = controlledBatcher({ maxInFlight: 2, mustBeAlone: (item) => item >= 10 });
  const results = [batcher.push(1)];
  await until(() => dispatched.length === 1);
  results.push(batcher.push(10));
  expect(dispatched.map(({ items }) => items)).toEqual([[1], [10]]);
  for (const { settle } of dispatched) settle();
  await Promise.all(results);
});

test('an item that shares a key with one in flight waits for it, and others go before it', async () => {
  const { batcher, dispatched } = controlledBatcher({
    maxInFlight: 2,
    concurrencyKeys: (item) => [`last digit ${item % 10}`],
  });
  const results = [1, 2, 3, 11, 4, 5, 6].map((item) => batcher.push(item));
  await until(() => dispatched.length === 2);
  dispatched[1]!.settle();
  await results[6];
  dispatched[0]!.settle();
  await until(() => dispatched.length === 3);
  dispatched[2]!.settle();
  await Promise.all(results);
  expect(dispatched.map(({ items }) => items)).toEqual([[1, 2, 3], [4, 5, 6], [11]]);
});

test('while the queue holds more, the first batch waits for it instead of leaving small', async () => {
  let backlog = 2;
  const { batcher, dispatched } = controlledBatcher({ backlog: async () => backlog });
  const results = [batcher.push(1)];
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  for (const item of [2, 3]) {
    await jest.advanceTimersByTimeAsync(2);
    expect(dispatched).toHaveLength(0);
    backlog -= 1;
    results.push(batcher.push(item));
  }
  await jest.advanceTimersByTimeAsync(2);
  await until(() => dispatched.length === 1);
  dispatched[0]!.settle();
  await Promise.all(results);
  expect(dispatched.map(({ items }) => items)).toEqual([[1, 2, 3]]);
});

test('a backlog that another worker takes does not hold a batch back for long', async () => {
  const { batcher, dispatched } = controlledBatcher({ backlog: async () => 50 });
  const result = batcher.push(1);
  await until(() => dispatched.length === 1);
  dispatched[0]!.settle();
  expect(await result).toBe('done 1');
});

test.each([50, 0])(
  'items that nobody waits for let their batch grow (a backlog of %d), until an urgent one comes',
  async (backlog) => {
    const { batcher, dispatched } = controlledBatcher({
      backlog: async () => backlog,
      isUrgent: (item) => item === 2,
    });
    const pushedAt = Date.now();
    void batcher.push(1);
    await until(() => Date.now() > pushedAt + 100);
    expect(dispatched).toEqual([]);
    void batcher.push(2);
    await until(() => dispatched.length === 1);
    expect(Date.now() - pushedAt).toBeLessThan(450);
    expect(dispatched[0]!.items).toEqual([1, 2]);
  },
);

test('a second batch is dispatched only when it is full', async () => {
  const { batcher, dispatched } = controlledBatcher({ maxInFlight: 2 });
  for (const item of [1, 2, 3, 4, 5]) void batcher.push(item);
  await until(() => dispatched.length === 1);
  await new Promise(setImmediate);
  expect(dispatched.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  void batcher.push(6);
  expect(dispatched.map(({ items }) => items)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('a batch is never larger than its limit, which may shrink between batches', async () => {
  let size = 3;
  const { batcher, dispatched } = controlledBatcher({ maxSize: () => size });
  for (const item of [1, 2, 3, 4, 5]) void batcher.push(item);
  size = 1;
  dispatched[0]!.settle();
  await until(() => dispatched.length === 2);
  expect(dispatched.map(({ items }) => items)).toEqual([[1, 2, 3], [4]]);
});

test('a batch that throws rejects its own items and no others', async () => {
  const { batcher, dispatched } = controlledBatcher();
  const failing = batcher.push(1);
  await until(() => dispatched.length === 1);
  const next = batcher.push(2);
  dispatched[0]!.fail(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  await until(() => dispatched.length === 2);
  dispatched[1]!.settle();
  expect(await next).toBe('done 2');
});

test('draining settles what waits and does not touch the batch in flight', async () => {
  const { batcher, dispatched } = controlledBatcher();
  const inFlight = batcher.push(1);
  await until(() => dispatched.length === 1);
  const waiting = batcher.push(2);
  batcher.drain('later');
  dispatched[0]!.settle();
  expect(await waiting).toBe('later');
  expect(await inFlight).toBe('done 1');
  expect(batcher.waiting).toBe(0);
});

test('an item without a result is an error, never silence', async () => {
  const { batcher } = controlledBatcher({ runBatch: async () => [] });
  await expect(batcher.push(1)).rejects.toThrow('without a result');
});

test('while requests run short a batch waits to grow, and leaves when it is full', async () => {
  const { batcher, dispatched } = controlledBatcher({ lingerMs: () => 60_000 });
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  void batcher.push(1);
  await new Promise(setImmediate);
  await jest.advanceTimersByTimeAsync(59_000);
  expect(dispatched).toHaveLength(0);
  void batcher.push(2);
  void batcher.push(3);
  await until(() => dispatched.length === 1);
  expect(dispatched[0]!.items).toEqual([1, 2, 3]);
});

test('a batch that lingers leaves at the deadline, though it is not full', async () => {
  const { batcher, dispatched } = controlledBatcher({ lingerMs: () => 60_000 });
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  void batcher.push(1);
  await new Promise(setImmediate);
  await jest.advanceTimersByTimeAsync(60_000);
  await until(() => dispatched.length === 1);
  expect(dispatched[0]!.items).toEqual([1]);
});

test('nothing waits by polling: while a batch lingers one timer is set, its deadline', async () => {
  const { batcher } = controlledBatcher({ lingerMs: () => 60_000 });
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  void batcher.push(1);
  await new Promise(setImmediate);
  await jest.advanceTimersByTimeAsync(0);
  expect(jest.getTimerCount()).toBe(1);
  batcher.drain('later');
  await jest.advanceTimersByTimeAsync(0);
  expect(jest.getTimerCount()).toBe(0);
});

test('an item pushed after a drain is dispatched', async () => {
  const { batcher, dispatched } = controlledBatcher({ lingerMs: () => 50 });
  const drained = batcher.push(1);
  batcher.drain('later');
  expect(await drained).toBe('later');
  const next = batcher.push(2);
  await until(() => dispatched.length === 1);
  dispatched[0]!.settle();
  expect(await next).toBe('done 2');
});

test('a batch leaves as it is when the queue cannot say how many more items it holds', async () => {
  const { batcher, dispatched } = controlledBatcher({ backlog: () => Promise.reject(new Error('no Redis')) });
  void batcher.push(1);
  await until(() => dispatched.length === 1);
  expect(dispatched[0]!.items).toEqual([1]);
});

test('a push while the queue is asked for its backlog is not missed', async () => {
  const questions: PromiseWithResolvers<number>[] = [];
  const { batcher, dispatched } = controlledBatcher({
    backlog() {
      questions.push(Promise.withResolvers<number>());
      return questions.at(-1)!.promise;
    },
  });
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  void batcher.push(1);
  await until(() => questions.length === 1);
  void batcher.push(2);
  questions[0]!.resolve(1);
  // No timer has to run out before the queue is asked again.
  await until(() => questions.length === 2);
  questions[1]!.resolve(0);
  await until(() => dispatched.length === 1);
  expect(dispatched[0]!.items).toEqual([1, 2]);
});

test('an item that waits for its key leaves as soon as the batch with that key settles', async () => {
  const { batcher, dispatched } = controlledBatcher({
    maxInFlight: 2,
    concurrencyKeys: () => ['same person'],
  });
  void batcher.push(1);
  await until(() => dispatched.length === 1);
  for (const item of [2, 3, 4]) void batcher.push(item);
  await new Promise(setImmediate);
  expect(dispatched).toHaveLength(1);
  dispatched[0]!.settle();
  await until(() => dispatched.length === 2);
  expect(dispatched[1]!.items).toEqual([2, 3, 4]);
});

/** The events of a batcher, one after another. */
const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), key: fc.nat(4) }),
  fc.record({ do: fc.constant('settle' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('fail' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('resize' as const), size: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('drain' as const) }),
  fc.record({ do: fc.constant('turn' as const) }),
);

interface Item {
  readonly id: number;
  readonly key: string;
}

test('whatever happens, the invariants hold and every item settles once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(0, 1),
      async (steps, maxInFlight, backlog) => {
        let size = 3;
        let settled = 0;
        const running: { items: readonly Item[]; end: PromiseWithResolvers<readonly number[]> }[] = [];
        const dispatchedIds: number[] = [];
        const batcher = new Batcher<Item, number>({
          maxSize: () => size,
          maxInFlight,
          concurrencyKeys: ({ key }) => [key],
          backlog: async () => backlog,
          lingerMs: () => backlog,
          runBatch(items) {
            expect(running.length).toBeLessThan(maxInFlight);
            expect(items.length).toBeGreaterThan(0);
            expect(items.length).toBeLessThanOrEqual(size);
            const keys = new Set(items.map(({ key }) => key));
            for (const other of running) expect(other.items.some(({ key }) => keys.has(key))).toBe(false);
            expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted((a, b) => a - b));
            dispatchedIds.push(...items.map(({ id }) => id));
            const end = Promise.withResolvers<readonly number[]>();
            running.push({ items, end });
            return end.promise;
          },
        });
        const finish = async (which: number, failing: boolean) => {
          const [batch] = running.splice(which % Math.max(running.length, 1), 1);
          if (failing) batch?.end.reject(new Error('no'));
          else batch?.end.resolve(batch.items.map(({ id }) => id));
          await new Promise(setImmediate);
        };
        let pushed = 0;
        for (const each of steps) {
          if (each.do === 'push') {
            const id = pushed++;
            const count = () => {
              settled += 1;
            };
            batcher.push({ id, key: `person ${each.key}` }).then(count, count);
          } else if (each.do === 'settle' || each.do === 'fail') await finish(each.which, each.do === 'fail');
          else if (each.do === 'resize') size = each.size;
          else if (each.do === 'drain') batcher.drain(-1);
          else await new Promise(setImmediate);
        }
        while (settled < pushed) {
          await finish(0, false);
          // A batch that waits for a backlog that never arrives leaves by its deadline.
          if (running.length === 0) await new Promise((next) => setTimeout(next, 1));
        }
        expect(batcher.waiting).toBe(0);
        expect(new Set(dispatchedIds).size).toBe(dispatchedIds.length);
      },
    ),
    { numRuns: 100 },
  );
});
