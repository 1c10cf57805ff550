import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { openRecentEvents } from '../../src/queue/recent-events.ts';
import { connectProducer, type RedisClient } from '../../src/queue/redis.ts';
import { anyCall } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

const PASSWORD = 'correct horse battery';

let server: RedisServer;
let redis: RedisClient;

beforeEach(async () => {
  server = await startRedis();
  redis = connectProducer({ nodes: [server.url] });
  await new Promise((ready) => redis.once('ready', ready));
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

const call = (index: number, fields: object = {}) => anyCall(index, index, fields) as unknown as CallEvent;

test('the latest twenty are there, the latest first, long ones too', async () => {
  const recent = openRecentEvents(redis, PASSWORD);
  const transcript = Array.from({ length: 500 }, () => ({ content: 'Sí, el viernes sin falta.' }));
  for (let index = 0; index < 25; index++) await recent.add(call(index, { transcript }), 1_000 + index);
  const listed = await recent.list();
  expect(listed.map(({ receivedAt }) => receivedAt)).toEqual(
    Array.from({ length: 20 }, (_, index) => 1_024 - index),
  );
  expect(listed[0]!.event).toEqual(call(24, { transcript }));
});

test('of many at once only those are written that stay', async () => {
  const recent = openRecentEvents(redis, PASSWORD);
  await recent.add(call(0), 1_000);
  await Promise.all(Array.from({ length: 500 }, (_, index) => recent.add(call(index), 2_000 + index)));
  expect((await recent.list()).map(({ receivedAt }) => receivedAt)).toEqual(
    Array.from({ length: 20 }, (_, index) => 2_499 - index),
  );
  expect(await redis.get('{altur}:recent')).toBe('21');
});

test('an event that comes while a write ends is written as well, whenever that is', async () => {
  let afterWrite = async () => {};
  const watched = new Proxy(redis, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name !== 'pipeline') return typeof value === 'function' ? value.bind(target) : value;
      return () => {
        const pipeline = target.pipeline();
        const exec = pipeline.exec.bind(pipeline);
        pipeline.exec = async () => {
          const replies = await exec();
          void afterWrite();
          return replies;
        };
        return pipeline;
      };
    },
  });
  const recent = openRecentEvents(watched, PASSWORD);
  for (let microtasks = 0; microtasks < 12; microtasks++) {
    const added = Promise.withResolvers<void>();
    afterWrite = async () => {
      afterWrite = async () => {};
      for (let index = 0; index < microtasks; index++) await undefined;
      added.resolve(recent.add(call(1), 2 * microtasks + 1));
    };
    await recent.add(call(0), 2 * microtasks);
    await added.promise;
    const [latest] = await recent.list();
    expect(latest!.receivedAt).toBe(2 * microtasks + 1);
  }
});

test('none is there for longer than an hour, however many come after it', async () => {
  const recent = openRecentEvents(redis, PASSWORD);
  for (let index = 0; index < 3; index++) await recent.add(call(index), index);
  const keys = (await redis.keys('*recent:*')) as string[];
  expect(keys).toHaveLength(3);
  for (const key of keys) {
    const left = await redis.pttl(key);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3_600_000);
  }
});

test('they are not readable in Redis, and skipped by who has another password', async () => {
  await openRecentEvents(redis, PASSWORD).add(call(1), 1);
  const keys = (await redis.keys('*recent:*')) as string[];
  expect(await redis.get(keys[0]!)).not.toMatch(/Sofía|user_1|cll_test/);
  const other = openRecentEvents(redis, 'another password');
  expect(await other.list()).toEqual([]);
  await other.add(call(2), 2);
  expect((await openRecentEvents(redis, PASSWORD).list()).map(({ receivedAt }) => receivedAt)).toEqual([1]);
});

test('an event that an earlier version stored in clear, and a damaged one, are skipped', async () => {
  const recent = openRecentEvents(redis, PASSWORD);
  await redis.set('{altur}:recent:1', JSON.stringify({ event: call(1), digest: '', receivedAt: 1 }));
  await redis.set('{altur}:recent:2', 'v1.AAAA');
  await redis.set('{altur}:recent:3', `v1.${Buffer.alloc(64).toString('base64')}`);
  expect(await recent.list()).toEqual([]);
});
