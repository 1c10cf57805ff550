/** A call whose record the CRM has, while Redis does not know it: what the next version of it finds. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { definition } from '../../connectors/salesforce/index.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { contentDigest } from '../../src/queue/job.ts';
import { openLastWrites } from '../../src/queue/last-writes.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { openPersonCache } from '../../src/queue/person-cache.ts';
import { syncBatch } from '../../src/worker/sync-batch.ts';
import { anyCall } from '../calls.ts';
import { startOrg, type TestOrg, tasks } from '../connectors/salesforce/org.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

const mapping = compileMapping(loadMapping(readFileSync(definition.mappingFile, 'utf8'), 'test'), {
  defaultCountry: 'MX',
  timeZone: 'America/Mexico_City',
  language: 'en',
});

let server: RedisServer;
let redis: Redis;
let org: TestOrg;
/** Of the worker, at each line of its log. */
let onLog: (message: string) => void;
beforeEach(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  const stores = {
    personCache: openPersonCache(redis, 'salesforce'),
    lastWrites: openLastWrites(redis, 'salesforce'),
  };
  org = await startOrg({ context: { policy: mapping.policy, ...stores } });
  onLog = () => {};
});
afterEach(async () => {
  await org.close();
  redis.disconnect();
  await server.stop();
});

/** The version of the call that has this duration; received in the order of durations. */
function version(duration: number) {
  const event = anyCall(1, 1, { duration }) as CallEvent;
  return { event, digest: contentDigest(event), receivedAt: duration };
}

function sync(...durations: number[]) {
  const log = recordingLog();
  const info = (message: string, fields?: object) => {
    log.info(message, fields);
    onLog(message);
  };
  const ledger = openLedger(redis, 'salesforce');
  const parts = { connector: org.connector, mapping, ledger, redis, log: { ...log, info } };
  return syncBatch(parts, durations.map(version), new AbortController().signal);
}

const durations = () => tasks(org).map(({ CallDurationInSeconds }) => CallDurationInSeconds);

const EACH_LEASE = "for _, key in ipairs(redis.call('KEYS', '*:lease:*')) do";
const TAKE_LEASES = `${EACH_LEASE} redis.call('SET', key, 'another') end`;
const FREE_LEASES = `${EACH_LEASE} redis.call('DEL', key) end`;

test('a version that was written when Redis became full is overwritten by the next one', async () => {
  // After the CRM has confirmed it, and before the ledger is told: one connection keeps the order.
  onLog = (message) => {
    if (message === 'call synced') void redis.config('SET', 'maxmemory', '1');
  };
  await expect(sync(10)).rejects.toThrow(/^OOM/);
  expect(durations()).toEqual([10]);
  onLog = () => {};
  await redis.config('SET', 'maxmemory', '0');
  // The first version is tried again together with the second, of which one is written.
  expect(await sync(10, 20)).toMatchObject([{ result: 'known' }, { result: 'synced' }]);
  expect(durations()).toEqual([20]);
  expect(await sync(10)).toMatchObject([{ result: 'known' }]);
  expect(durations()).toEqual([20]);
});

test('a version that was confirmed when another worker may have had the call is written again', async () => {
  onLog = (message) => {
    if (message === 'call synced') void redis.eval(TAKE_LEASES, 0);
  };
  await expect(sync(20)).rejects.toMatchObject({ kind: 'unavailable', code: 'LEASE_LOST' });
  onLog = () => {};
  // The other worker had the earlier version only.
  await redis.eval(FREE_LEASES, 0);
  expect(await sync(10)).toMatchObject([{ result: 'synced' }]);
  expect(await sync(20)).toMatchObject([{ result: 'synced' }]);
  expect(durations()).toEqual([20]);
});

test('a version that was written before Redis lost its data is overwritten by the next one', async () => {
  await sync(10);
  await redis.flushall();
  expect(await sync(20)).toMatchObject([{ result: 'synced' }]);
  expect(durations()).toEqual([20]);
});

test('a call rebuilt from Altur’s API overwrites no call that a webhook described, though Redis lost its data', async () => {
  await sync(10);
  const ledger = openLedger(redis, 'salesforce');
  await redis.flushall();
  const event = anyCall(1, 1, { duration: 20, read_from_api: true }) as CallEvent;
  const rebuilt = { event, digest: contentDigest(event), receivedAt: 20, absentAt: Date.now() };
  const parts = { connector: org.connector, mapping, ledger, redis, log: recordingLog() };
  expect(await syncBatch(parts, [rebuilt], new AbortController().signal)).toMatchObject([
    { result: 'synced' },
  ]);
  expect(durations()).toEqual([10]);
});
