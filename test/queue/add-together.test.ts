/** Jobs that are added together: what they leave in Redis is what BullMQ leaves, and each is answered for itself. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addStandardJob } from 'bullmq/dist/cjs/scripts/addStandardJob-9.js';
import type { CallQueue } from '../../src/queue/call-queue.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { connectProducer, type RedisClient } from '../../src/queue/redis.ts';
import { RETENTION_MS } from '../../src/queue/retention.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

const NAME = `test-${randomUUID()}`;

let server: RedisServer;
let redis: RedisClient;
let queue: CallQueue;

beforeEach(async () => {
  server = await startRedis();
  redis = connectProducer({ nodes: [server.url] });
  await new Promise((next) => redis.once('ready', next));
  queue = openQueue(redis, NAME, () => true);
});
afterEach(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

const dataOf = (index: number) => ({ digest: `d${index}`, receivedAt: 1, packed: `1.event ${index}` });
const add = (index: number, deduplicationId = `cll_${index}~d`) =>
  queue.addOnce(`${deduplicationId}~${index}`, deduplicationId, dataOf(index));

/** Everything in Redis but what follows from the time. */
async function contents(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of (await redis.keys('*')).sort()) {
    const ttl = await redis.pttl(key);
    found[key] = { value: await stored(key), expires: ttl < 0 ? false : ttl > RETENTION_MS - 60_000 };
  }
  return found;
}

async function stored(key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'hash': {
      const { timestamp, opts, ...fields } = await redis.hgetall(key);
      return { ...fields, ...(opts && { opts: JSON.parse(opts), timestamp: timestamp!.length }) };
    }
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES') as Promise<unknown>;
    case 'stream':
      return (await redis.xrange(key, '-', '+')).map(([, fields]) => fields);
    default:
      return redis.get(key);
  }
}

async function scriptsRun(): Promise<number> {
  const found = (await redis.info('commandstats')).matchAll(
    /cmdstat_eval(?:sha)?:calls=(\d+).*failed_calls=(\d+)/g,
  );
  return [...found].reduce((sum, [, calls, failed]) => sum + Number(calls) - Number(failed), 0);
}

test('they leave in Redis what BullMQ leaves, also where there is an earlier job', async () => {
  const jobs = [1, 2, 3, 2].map((call, index) => ({ call, id: `cll_${call}~d~${index}` }));
  for (const { call, id } of jobs) {
    const deduplication = { id: `cll_${call}~d`, ttl: RETENTION_MS };
    await queue.add('call', dataOf(call), { jobId: id, deduplication });
  }
  const byBullmq = await contents();
  await redis.flushall();
  queue = openQueue(redis, NAME, () => true);
  await queue.waitUntilReady();
  const ids = await Promise.all(jobs.map(({ call, id }) => queue.addOnce(id, `cll_${call}~d`, dataOf(call))));
  expect(ids).toEqual(['cll_1~d~0', 'cll_2~d~1', 'cll_3~d~2', 'cll_2~d~1']);
  expect(Object.keys(byBullmq)).toHaveLength(3 + 3 + 5);
  expect(await contents()).toEqual(byBullmq);
});

test('while the queue is paused too', async () => {
  await queue.pause();
  await queue.add('call', dataOf(1), {
    jobId: 'cll_1~d~1',
    deduplication: { id: 'cll_1~d', ttl: RETENTION_MS },
  });
  const byBullmq = await contents();
  await redis.flushall();
  await queue.pause();
  queue = openQueue(redis, NAME, () => true);
  await queue.waitUntilReady();
  await add(1);
  expect(await contents()).toEqual(byBullmq);
});

test('those of one turn leave with one command, those of the next with another', async () => {
  await Promise.all([add(0), add(1)]);
  const before = await scriptsRun();
  await Promise.all(Array.from({ length: 30 }, (_, index) => add(10 + index)));
  await Promise.all(Array.from({ length: 30 }, (_, index) => add(50 + index)));
  expect(await scriptsRun()).toBe(before + 2);
  expect(await queue.getWaitingCount()).toBe(62);
});

test('very many do not keep Redis busy at once', async () => {
  const ids = await Promise.all(Array.from({ length: 250 }, (_, index) => add(index)));
  expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => `cll_${index}~d~${index}`));
  expect(await scriptsRun()).toBeGreaterThanOrEqual(3);
  expect(await queue.getWaitingCount()).toBe(250);
});

test('an error of Redis rejects all of them, and afterwards they can be added', async () => {
  await redis.config('SET', 'maxmemory', '1');
  const results = await Promise.allSettled([add(1), add(2)]);
  expect(results).toEqual([
    { status: 'rejected', reason: expect.objectContaining({ message: expect.stringContaining('OOM') }) },
    { status: 'rejected', reason: expect.objectContaining({ message: expect.stringContaining('OOM') }) },
  ]);
  await redis.config('SET', 'maxmemory', '0');
  expect(await Promise.all([add(1), add(2)])).toEqual(['cll_1~d~1', 'cll_2~d~2']);
});

test('after Redis has forgotten the script they are added all the same', async () => {
  await add(1);
  await redis.script('FLUSH');
  expect(await add(2)).toBe('cll_2~d~2');
});

test('any text comes back as it was', async () => {
  const packed = '1.\u0000 "quoted" \\ ñ 漢 😀 \u2028 %s {}';
  await queue.addOnce('cll_1~d~1', 'cll_1~d', { digest: 'd', receivedAt: 1, packed });
  expect((await queue.getWaiting())[0]!.data.packed).toBe(packed);
});

/** How BullMQ calls its script is its own affair: look at `addJobToTransaction` when this fails after an upgrade. */
test('the script of BullMQ is the one that is known', () => {
  expect(addStandardJob.keys).toBe(9);
  expect(addStandardJob.content.match(/cmsgpack\.\w+\(ARGV\[\d\]\)/g)).toEqual([
    'cmsgpack.unpack(ARGV[1])',
    'cmsgpack.unpack(ARGV[3])',
  ]);
});
