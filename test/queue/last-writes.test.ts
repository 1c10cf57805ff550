import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import { openLastWrites } from '../../src/queue/last-writes.ts';
import { connectWorker } from '../../src/queue/redis.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const people = (...some: [string, Record<string, number>][]) =>
  new Map(some.map(([name, fields]) => [name, new Map(Object.entries(fields))]));

test('times are kept for each person and field, and none is known of others', async () => {
  const lastWrites = openLastWrites(redis, randomUUID());
  await lastWrites.set(people(['one', { status: 5, tags: 6 }], ['two', {}], ['three', { status: 7 }]));
  expect(await lastWrites.get(['three', 'two', 'one'])).toEqual([
    new Map([['status', 7]]),
    new Map(),
    new Map([
      ['status', 5],
      ['tags', 6],
    ]),
  ]);
});

test('a time that is noted late, behind a newer one, changes nothing', async () => {
  const lastWrites = openLastWrites(redis, randomUUID());
  await lastWrites.set(people(['one', { status: 1_764_000_000_000 }]));
  await lastWrites.set(people(['one', { status: 999_999_999_999, tags: 6 }]));
  expect(await lastWrites.get(['one'])).toEqual([
    new Map([
      ['status', 1_764_000_000_000],
      ['tags', 6],
    ]),
  ]);
  await lastWrites.set(people(['one', { status: 1_764_000_000_001 }]));
  expect((await lastWrites.get(['one']))[0]!.get('status')).toBe(1_764_000_000_001);
});
