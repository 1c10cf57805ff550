import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import { connectWorker } from '../../src/queue/redis.ts';
import { acquireLease } from '../../src/worker/lease.ts';
import { startRedis } from '../redis-server.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

test('of two batches only one gets a person, the other gets all other people', async () => {
  const [anna, beto] = [randomUUID(), randomUUID()];
  const first = await acquireLease(redis, [[anna]]);
  const second = await acquireLease(redis, [[anna], [beto]]);
  expect(first.granted).toEqual([true]);
  expect(second.granted).toEqual([false, true]);
  await first.release();
  const third = await acquireLease(redis, [[anna]]);
  expect(third.granted).toEqual([true]);
  await Promise.all([second.release(), third.release()]);
});

test('a person is held under all identities or none', async () => {
  const [key, phone] = [randomUUID(), randomUUID()];
  const byPhone = await acquireLease(redis, [[phone]]);
  const byBoth = await acquireLease(redis, [[key, phone]]);
  const byKey = await acquireLease(redis, [[key]]);
  expect([byBoth.granted, byKey.granted]).toEqual([[false], [true]]);
  await Promise.all([byPhone.release(), byBoth.release(), byKey.release()]);
});

test('two calls of one person in one batch do not block each other', async () => {
  const person = randomUUID();
  const lease = await acquireLease(redis, [[person], [person, randomUUID()]]);
  expect(lease.granted).toEqual([true, true]);
  await lease.release();
});

test('releasing deletes only the keys that are still held', async () => {
  const person = randomUUID();
  const mine = await acquireLease(redis, [[person]]);
  await redis.del(...(await redis.keys('{altur}:lease:*')));
  const theirs = await acquireLease(redis, [[person]]);
  await mine.release();
  const refused = await acquireLease(redis, [[person]]);
  expect(refused.granted).toEqual([false]);
  await Promise.all([theirs.release(), refused.release()]);
});

test('a lease whose holder was killed expires by itself', async () => {
  const person = randomUUID();
  const lease = await acquireLease(redis, [[person]]);
  const [key] = await redis.keys('{altur}:lease:*');
  expect(await redis.pttl(key!)).toBeGreaterThan(0);
  expect(await redis.pttl(key!)).toBeLessThanOrEqual(10_000);
  await lease.release();
});

test('a batch without people needs no lease', async () => {
  expect((await acquireLease(redis, [])).granted).toEqual([]);
});

test('the holder of a lease loses it before it can expire, while Redis hangs', async () => {
  const own = await startRedis();
  const connection = connectWorker({ nodes: [own.url] });
  const started = Date.now();
  const lease = await acquireLease(connection, [[randomUUID()]]);
  process.kill(own.pid, 'SIGSTOP');
  await new Promise((lost) => lease.lost.addEventListener('abort', lost));
  expect(Date.now() - started).toBeLessThan(10_000);
  process.kill(own.pid, 'SIGCONT');
  await lease.release();
  connection.disconnect();
  await own.stop();
});

test('the holder of a lease loses it when the keys are gone', async () => {
  const own = await startRedis();
  const connection = connectWorker({ nodes: [own.url] });
  const lease = await acquireLease(connection, [[randomUUID()]]);
  expect(lease.lost.aborted).toBe(false);
  await connection.flushall();
  await new Promise((lost) => lease.lost.addEventListener('abort', lost));
  await lease.release();
  connection.disconnect();
  await own.stop();
});
