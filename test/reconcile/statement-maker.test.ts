/** One statement at a time is made; the last of each day is kept. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { type DayStatement, tallyOf } from '../../src/reconcile/statement.ts';
import { type MakerParts, StatementMaker } from '../../src/reconcile/statement-maker.ts';
import { StatementStore } from '../../src/reconcile/statement-store.ts';
import { until } from '../e2e/service-process.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;
let store: StatementStore;

beforeEach(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
  store = new StatementStore(redis);
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

const statementOf = (day: string, missing = 0): DayStatement => ({
  day,
  madeAt: 1,
  until: 2,
  crm: 'hubspot',
  ongoing: 0,
  listed: tallyOf(
    Array.from({ length: missing }, (_, n) => [`cll_${n}`, { in: 'nowhere', why: 'never-received' }]),
  ),
  unlisted: tallyOf([]),
});
const makerOf = (read: MakerParts['read']) => new StatementMaker({ store, read });
const makeAll: MakerParts['read'] = async (days) => days.map((day) => statementOf(day));

test('the last statement of each day is kept, with some of the missing calls and the number of all', async () => {
  await makerOf(makeAll).make(['2026-11-24', '2026-11-25']);
  await makerOf(async (days) => days.map((day) => statementOf(day, 1_000))).make(['2026-11-25']);
  const [first, second, ...others] = await store.read(['2026-11-24', '2026-11-25', '2026-11-26']);
  expect(first).toEqual(statementOf('2026-11-24'));
  expect(second!.listed.missing).toBe(1_000);
  expect(second!.listed.missingCalls).toHaveLength(300);
  expect(others).toEqual([]);
  expect(await redis.pttl('{altur}:statement:2026-11-25')).toBeGreaterThan(39 * 24 * 3_600_000);
});

test('while one is made no other one is, in any process, and its progress is seen', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const progress = { campaigns: { done: 1, of: 2 }, listed: 100, asked: 0, of: 0 };
  const { done } = await makerOf(async (days, { onProgress }) => {
    onProgress(progress);
    await mayEnd;
    return makeAll(days, { onProgress, signal: AbortSignal.abort() });
  }).start(['2026-11-25']);
  await expect(makerOf(makeAll).start(['2026-11-25'])).rejects.toMatchObject({
    code: 'STATEMENT_IN_PROGRESS',
  });
  await until(async () => (await store.making())?.progress !== undefined, 'the progress is told');
  expect(await store.making()).toEqual({
    days: { first: '2026-11-25', last: '2026-11-25' },
    startedAt: expect.any(Number),
    progress,
  });
  end();
  await done;
  expect(await store.making()).toBeUndefined();
  await makerOf(makeAll).make(['2026-11-25']);
});

test('why one failed is kept until one is made', async () => {
  const failing = makerOf(async () => {
    throw Object.assign(new Error('Altur does not answer'), { code: 'ALTUR_UNAVAILABLE' });
  });
  await expect(failing.make(['2026-11-25'])).rejects.toThrow('Altur does not answer');
  expect(await store.failure()).toMatchObject({ code: 'ALTUR_UNAVAILABLE', reason: 'Altur does not answer' });
  expect(await store.making()).toBeUndefined();
  await makerOf(makeAll).make(['2026-11-25']);
  expect(await store.failure()).toBeUndefined();
});

test('one that another process took for dead stops, and leaves the other alone', async () => {
  const { done } = await makerOf(
    (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  ).start(['2026-11-24']);
  done.catch(() => {});
  await redis.del('{altur}:statement-making');
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const second = await makerOf(async (days, options) => {
    await mayEnd;
    return makeAll(days, options);
  }).start(['2026-11-25']);
  await expect(done).rejects.toThrow('stopped');
  expect((await store.making())?.days.first).toBe('2026-11-25');
  end();
  await second.done;
});
