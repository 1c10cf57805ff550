import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { openPersonCache } from '../../src/queue/person-cache.ts';
import { connectWorker } from '../../src/queue/redis.ts';
import { RETENTION_MS } from '../../src/queue/retention.ts';
import { removeClearPersonKeys } from '../../src/queue/upgrade-from-schema-1.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const HOUR_MS = 3_600_000;
const ANA = JSON.stringify({ id: '7', key: 'customer-1', empty: [] });

let scope: string;
beforeEach(() => {
  scope = randomUUID();
});

const entry = (name: string) => `{altur}:${scope}:person:${name}`;
const names = async () => (await redis.keys(entry('*'))).map((key) => key.split(':').at(-1)).toSorted();

test('entries that hold a person key in clear are deleted once the CRM finds their persons', async () => {
  await redis.set(entry('old'), ANA, 'PX', RETENTION_MS - HOUR_MS);
  await redis.set(entry('lasting'), ANA);
  await redis.set(entry('young'), ANA, 'PX', RETENTION_MS);
  await redis.set(entry('pending'), JSON.stringify({ key: 'customer-2', empty: [] }), 'PX', 60_000);
  await redis.set(entry('record-id'), JSON.stringify({ id: '8', empty: [] }), 'PX', RETENTION_MS - HOUR_MS);
  expect(await removeClearPersonKeys(redis, [scope])).toEqual({ deleted: 2, later: 1 });
  expect(await names()).toEqual(['pending', 'record-id', 'young']);
  await redis.pexpire(entry('young'), RETENTION_MS - HOUR_MS);
  expect(await removeClearPersonKeys(redis, [scope])).toEqual({ deleted: 1, later: 0 });
});

test('what is encrypted stays, and other CRMs are not touched', async () => {
  const person = { id: '9', key: 'customer-3', empty: [] };
  await openPersonCache(redis, scope).set(new Map([['phone:+525512345678', person]]));
  const other = `{altur}:${randomUUID()}:person:x`;
  await redis.set(other, ANA, 'PX', RETENTION_MS - HOUR_MS);
  expect(await removeClearPersonKeys(redis, [scope])).toEqual({ deleted: 0, later: 0 });
  expect(await openPersonCache(redis, scope).get(['phone:+525512345678'])).toEqual([person]);
  expect(await redis.exists(other)).toBe(1);
});

test('thousands of entries are deleted page by page', async () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => entry(String(index)));
  await Promise.all(keys.map((key) => redis.set(key, ANA, 'PX', RETENTION_MS - HOUR_MS)));
  expect(await removeClearPersonKeys(redis, [scope])).toEqual({ deleted: 3_000, later: 0 });
});
