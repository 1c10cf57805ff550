import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import { type LedgerEntry, openLedger } from '../../src/queue/ledger.ts';
import { connectWorker } from '../../src/queue/redis.ts';
import { startRedis } from '../redis-server.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const entry: LedgerEntry = {
  digest: 'b2c1',
  receivedAt: 1_764_000_000_000,
  syncedAt: 1_764_000_001_000,
  crm: 'memo',
  records: { person: '7', call: '8', tasks: { 'cll_1:later': '9' } },
  skippedFields: [
    { object: 'person', field: 'altur_status', code: 'FIELD_MISSING', reason: 'the CRM has no such field' },
  ],
};

test('an entry is read as it was written, and an unknown call has none', async () => {
  const ledger = openLedger(redis, randomUUID());
  await ledger.write(new Map([['cll_one', entry]]));
  expect(await ledger.read(['cll_one', 'cll_two'])).toEqual([entry, undefined]);
});

test('an entry that version 0.1.0 stored is read with its skipped fields', async () => {
  const scope = randomUUID();
  const { skippedFields, ...rest } = entry;
  const leftOut = skippedFields.map(({ object, field, reason }) => ({ object, field, reason }));
  await redis.set(`{altur}:${scope}:call:cll_old`, JSON.stringify({ ...rest, leftOut }));
  expect(await openLedger(redis, scope).read(['cll_old'])).toEqual([
    { ...rest, skippedFields: [{ ...skippedFields[0], code: 'FIELD_SKIPPED' }] },
  ]);
});

test('a version that was begun and not confirmed is reported to every attempt of another version', async () => {
  const ledger = openLedger(redis, randomUUID());
  const begin = async (digest: string) => (await ledger.begin([{ callId: 'cll_one', digest }]))[0];
  expect(await begin('first')).toBe(false);
  expect(await begin('first')).toBe(false);
  expect(await begin('second')).toBe(true);
  expect(await begin('second')).toBe(true);
  expect(await begin('first')).toBe(true);
  await ledger.write(new Map([['cll_one', entry]]));
  expect(await begin('third')).toBe(false);
});

test('a version that version 0.1.0 began and did not confirm is reported, too', async () => {
  const scope = randomUUID();
  await redis.set(`{altur}:${scope}:begun:cll_one`, 'first');
  const ledger = openLedger(redis, scope);
  const begin = async (digest: string) => (await ledger.begin([{ callId: 'cll_one', digest }]))[0];
  expect(await begin('first')).toBe(false);
  await redis.del(`{altur}:${scope}:begun-versions:cll_one`);
  expect(await begin('second')).toBe(true);
  await ledger.write(new Map([['cll_one', entry]]));
  expect(await begin('third')).toBe(false);
});

test('nothing is written under a lease that is held no more', async () => {
  const ledger = openLedger(redis, randomUUID());
  const lease = { keys: [randomUUID(), randomUUID()], token: 'mine' };
  await redis.set(lease.keys[0]!, 'mine', 'PX', 60_000);
  for (const holder of [undefined, 'another']) {
    if (holder) await redis.set(lease.keys[1]!, holder, 'PX', 60_000);
    expect(await ledger.write(new Map([['cll_one', entry]]), lease)).toBe(false);
    expect(await ledger.read(['cll_one'])).toEqual([undefined]);
  }
  await redis.set(lease.keys[1]!, 'mine', 'PX', 60_000);
  expect(await ledger.write(new Map([['cll_one', entry]]), lease)).toBe(true);
  expect(await ledger.read(['cll_one'])).toEqual([entry]);
});

test('a full Redis takes nothing of what is confirmed: the versions that were begun stay known', async () => {
  const server = await startRedis();
  const own = connectWorker({ nodes: [server.url] });
  try {
    const ledger = openLedger(own, 'memo');
    const begin = (digest: string) =>
      ledger.begin(['cll_one', 'cll_two'].map((callId) => ({ callId, digest })));
    const confirm = () =>
      ledger.write(
        new Map([
          ['cll_one', entry],
          ['cll_two', entry],
        ]),
      );
    await begin('first');
    await own.config('SET', 'maxmemory', '1');
    await expect(confirm()).rejects.toThrow(/^OOM/);
    await own.config('SET', 'maxmemory', '0');
    expect(await ledger.read(['cll_one', 'cll_two'])).toEqual([undefined, undefined]);
    expect(await begin('second')).toEqual([true, true]);
    await confirm();
    expect(await ledger.read(['cll_one', 'cll_two'])).toEqual([entry, entry]);
    expect(await begin('third')).toEqual([false, false]);
  } finally {
    own.disconnect();
    await server.stop();
  }
});
