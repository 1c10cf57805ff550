import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import { openPersonCache, PENDING_MS } from '../../src/queue/person-cache.ts';
import { connectWorker } from '../../src/queue/redis.ts';
import { RETENTION_MS } from '../../src/queue/retention.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const PHONE = 'phone:+525512345678';

test('a person is cached under every identity', async () => {
  const personCache = openPersonCache(redis, randomUUID());
  const ana = { id: '7', key: 'customer-1', empty: ['lastname'] };
  const caller = { id: '8', key: PHONE, empty: [] };
  await personCache.set(
    new Map([
      ['key:customer-1', ana],
      ['phone:+525587654321', ana],
      [`key:${PHONE}`, caller],
      [PHONE, caller],
    ]),
  );
  const names = ['key:customer-1', 'phone:+525587654321', `key:${PHONE}`, PHONE, 'key:nobody'];
  expect(await personCache.get(names)).toEqual([ana, ana, caller, caller, undefined]);
});

test('no phone number is stored: the record of another number is read as if this number were its key', async () => {
  const scope = randomUUID();
  const personCache = openPersonCache(redis, scope);
  const caller = { id: '8', key: PHONE, empty: [] };
  const other = 'phone:+525587654321';
  await personCache.set(
    new Map([
      [`key:${PHONE}`, caller],
      [PHONE, caller],
      [other, caller],
    ]),
  );
  expect(await personCache.get([other])).toEqual([{ ...caller, key: other }]);
  const keys = await redis.keys(`*${scope}*`);
  const values = await redis.mget(keys);
  expect(keys).toHaveLength(3);
  expect([...keys, ...values].join()).not.toContain('5512345678');
});

test('a record whose key is a number is cached neither under an external id nor before it is there', async () => {
  const personCache = openPersonCache(redis, randomUUID());
  const names = ['key:customer-1', 'phone:+525587654321', 'phone:+525587654322'];
  await personCache.set(
    new Map([
      [names[0]!, { id: '8', key: PHONE, empty: [] }],
      [names[1]!, { key: PHONE, empty: [] }],
      [names[2]!, { id: '8', key: PHONE, empty: [], pending: true }],
    ]),
  );
  expect(await personCache.get(names)).toEqual([undefined, undefined, undefined]);
});

test('an entry without an id replaces only one without an id: it may come late, after another worker created the person', async () => {
  const personCache = openPersonCache(redis, randomUUID());
  const pending = { key: 'customer-1', empty: [] };
  const ana = { id: '7', key: 'customer-1', empty: ['lastname'] };
  await personCache.set(new Map([['key:customer-1', pending]]));
  await personCache.set(new Map([['key:customer-1', ana]]));
  await personCache.set(
    new Map([
      ['key:customer-1', pending],
      [PHONE, pending],
    ]),
  );
  expect(await personCache.get(['key:customer-1', PHONE])).toEqual([ana, pending]);
  await personCache.delete(['key:customer-1']);
  await personCache.set(new Map([['key:customer-1', pending]]));
  expect(await personCache.get(['key:customer-1'])).toEqual([pending]);
});

test('an entry without an id that is set again lives as long as a new one', async () => {
  const scope = randomUUID();
  const personCache = openPersonCache(redis, scope);
  const pending = new Map([[PHONE, { key: 'customer-1', empty: [] }]]);
  await personCache.set(pending);
  const [key] = (await redis.keys(`*${scope}*`)) as [string];
  await redis.pexpire(key, 1_000);
  await personCache.set(pending);
  expect(await redis.pttl(key)).toBeGreaterThan(PENDING_MS - 60_000);
});

test('an entry holds no person key in clear', async () => {
  const scope = randomUUID();
  const personCache = openPersonCache(redis, scope);
  const ana = { id: '7', key: 'customer-1', empty: ['lastname'] };
  await personCache.set(
    new Map([
      ['key:customer-1', ana],
      [PHONE, ana],
    ]),
  );
  const values = await redis.mget(await redis.keys(`*${scope}*`));
  expect(values).toHaveLength(2);
  expect(values.join()).not.toMatch(/customer-1|lastname|5512345678/);
  expect(await personCache.get([PHONE])).toEqual([ana]);
});

/** Where versions before the encryption store and read JSON. */
const clearKeys = async (scope: string) => {
  return (await redis.keys(`*${scope}:*`)).map(String).filter((key) => key.includes(`${scope}:person:`));
};

/** Ana, as an earlier version stored her, for so long; `key`: under which she is stored now. */
async function storedInClear(ms: number) {
  const scope = randomUUID();
  const personCache = openPersonCache(redis, scope);
  const ana = { id: '7', key: 'customer-1', empty: [] };
  await personCache.set(new Map([[PHONE, ana]]));
  const [key] = (await redis.keys(`*${scope}*`)) as [string];
  await redis.del(key);
  await redis.set(key.replace(':sealed-person:', ':person:'), JSON.stringify(ana), 'PX', ms);
  return { scope, personCache, ana, key };
}

test('an entry that an earlier version stored in clear is read, moved encrypted, and expires as before', async () => {
  const { scope, personCache, ana, key } = await storedInClear(60_000);
  expect(await personCache.get([PHONE])).toEqual([ana]);
  expect(await redis.keys(`*${scope}*`)).toEqual([key]);
  expect(await redis.get(key)).not.toContain('customer-1');
  const left = await redis.pttl(key);
  expect(left).toBeGreaterThan(50_000);
  expect(left).toBeLessThanOrEqual(60_000);
  expect(await personCache.get([PHONE])).toEqual([ana]);
});

test('an entry without an id leaves one that an earlier version stored in clear with an id', async () => {
  const { personCache, ana } = await storedInClear(RETENTION_MS);
  await personCache.set(new Map([[PHONE, { key: 'customer-1', empty: [] }]]));
  expect(await personCache.get([PHONE])).toEqual([ana]);
});

test('a worker of an earlier version that runs at the same time finds nothing that it cannot read', async () => {
  const scope = randomUUID();
  const personCache = openPersonCache(redis, scope);
  await personCache.set(new Map([[PHONE, { id: '7', key: 'customer-1', empty: [] }]]));
  await personCache.get([PHONE]);
  expect(await clearKeys(scope)).toEqual([]);
});

test('an entry that cannot be decrypted is none', async () => {
  const scope = randomUUID();
  const personCache = openPersonCache(redis, scope);
  await personCache.set(new Map([[PHONE, { id: '7', key: 'customer-1', empty: [] }]]));
  const [key] = (await redis.keys(`*${scope}*`)) as [string];
  await redis.set(key, `v1.${Buffer.alloc(64).toString('base64')}`);
  expect(await personCache.get([PHONE])).toEqual([undefined]);
});
