/** Counts per minute and of skipped fields, over several processes. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BufferedCounters } from '../../src/monitoring/buffered-counters.ts';
import { openMinuteCounts } from '../../src/monitoring/minute-counts.ts';
import { openRunningProcesses } from '../../src/monitoring/running-processes.ts';
import { openSkippedFields } from '../../src/monitoring/skipped-fields.ts';
import { connectedWithin, connectProducer, type RedisClient } from '../../src/queue/redis.ts';
import { recordingLog } from '../recording-log.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;
let log: ReturnType<typeof recordingLog>;

beforeEach(async () => {
  server = await startRedis();
  redis = connectProducer({ nodes: [server.url] });
  log = recordingLog();
  await connectedWithin(redis, 5_000);
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

const MINUTE = 60_000;
const NONE = { received: 0, duplicates: 0, refused: 0, synced: 0, skipped: 0, retried: 0, deadLetters: 0 };

test('the last hour is the sum over all processes, without gaps, the current minute last', async () => {
  const buffers = [new BufferedCounters(redis, log), new BufferedCounters(redis, log)];
  const [one, other] = buffers.map((buffer) => openMinuteCounts(redis, buffer));
  const now = Date.now();
  for (let index = 0; index < 5; index++) one!.add('received');
  other!.add('received');
  other!.add('deadLetters');
  await Promise.all(buffers.map((buffer) => buffer.flush()));
  const minutes = await one!.read(now);
  expect(minutes).toHaveLength(60);
  const last = now - (now % MINUTE);
  expect(minutes.map(({ at }) => at)).toEqual(
    Array.from({ length: 60 }, (_, index) => last - (59 - index) * MINUTE),
  );
  const { at, ...counts } = minutes.at(-1)!;
  const next = (await one!.read(now + MINUTE)).at(-1)!;
  // The minute may have ended in between.
  expect(counts.received + next.received).toBe(6);
  expect(counts.deadLetters + next.deadLetters).toBe(1);
  expect(minutes[0]).toEqual({ at: last - 59 * MINUTE, ...NONE });
  // An hour later they are no longer shown, a day later they are gone.
  expect((await one!.read(now + 61 * MINUTE)).every(({ received }) => received === 0)).toBe(true);
  const [key] = await redis.keys('{altur}:minute:*');
  expect(await redis.pttl(key!)).toBeGreaterThan(23 * 60 * MINUTE);
});

test('a thousand counts are one round trip of a few commands', async () => {
  const buffer = new BufferedCounters(redis, log);
  const minutes = openMinuteCounts(redis, buffer);
  const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))![1]);
  const before = await commands();
  for (let index = 0; index < 1_000; index++) minutes.add('received');
  await buffer.flush();
  expect((await commands()) - before).toBeLessThan(8);
  expect((await minutes.read()).reduce((sum, { received }) => sum + received, 0)).toBe(1_000);
});

test('what Redis does not take is counted when it is back, once', async () => {
  const port = await freePort();
  const late = connectProducer({ nodes: [`redis://127.0.0.1:${port}`] });
  late.on('error', () => {});
  const buffer = new BufferedCounters(late, log);
  const [minutes, skipped] = [openMinuteCounts(late, buffer), openSkippedFields(late, buffer)];
  minutes.add('synced');
  skipped.add({ object: 'person', field: 'altur_score', code: 'FIELD_MISSING' }, 'cll_one');
  await buffer.flush();
  expect(log.entries).toMatchObject([{ level: 'warn', message: 'counters not written to Redis' }]);
  minutes.add('synced');
  const own = await startRedis({}, port);
  await connectedWithin(late, 10_000);
  await buffer.flush();
  await buffer.flush();
  expect((await minutes.read()).reduce((sum, { synced }) => sum + synced, 0)).toBe(2);
  expect(await skipped.read()).toMatchObject([{ field: 'altur_score', count: 1 }]);
  late.disconnect();
  await own.stop();
});

test('skipped fields are grouped by cause over a week, the latest first', async () => {
  const buffer = new BufferedCounters(redis, log);
  const skipped = openSkippedFields(redis, buffer);
  const score = { object: 'person', field: 'altur_score', code: 'FIELD_MISSING' } as const;
  const body = { object: 'call', field: 'hs_call_body', code: 'TOO_LONG' } as const;
  const before = Date.now();
  skipped.add(score, 'cll_one');
  skipped.add(score, 'cll_two');
  await buffer.flush();
  // The same cause on an earlier day, and one that is too long ago.
  const day = Math.floor(Date.now() / 86_400_000);
  const cause = JSON.stringify(Object.values(score));
  for (const [ago, count] of [
    [3, 5],
    [7, 100],
  ] as const) {
    await redis.hset(`{altur}:skipped-fields:${day - ago}`, cause, count);
    await redis.hset(`{altur}:skipped-fields:${day - ago}:newest`, cause, before - ago * 86_400_000);
  }
  while (Date.now() === before) await new Promise(setImmediate);
  skipped.add(body, 'call with spaces');
  await buffer.flush();
  const groups = await skipped.read();
  expect(groups).toEqual([
    { ...body, count: 1, newestAt: expect.any(Number), newestCallId: 'call with spaces' },
    { ...score, count: 7, newestAt: expect.any(Number), newestCallId: 'cll_two' },
  ]);
  for (const { newestAt } of groups) expect(newestAt).toBeGreaterThanOrEqual(before);
});

test('a Redis that takes no writes costs no connection, and is told later', async () => {
  const buffer = new BufferedCounters(redis, log);
  const minutes = openMinuteCounts(redis, buffer);
  const processes = openRunningProcesses(redis);
  const self = { id: 'w1', role: 'worker', host: 'h', pid: 1, version: '1', startedAt: 1 } as const;
  let closed = 0;
  redis.on('close', () => {
    closed += 1;
  });
  await redis.replicaof('127.0.0.1', 1);
  minutes.add('refused');
  await buffer.flush();
  await expect(processes.set(self)).rejects.toThrow('READONLY');
  expect(log.entries).toHaveLength(1);
  await redis.replicaof('NO', 'ONE');
  await processes.set(self);
  await buffer.flush();
  expect((await minutes.read()).reduce((sum, { refused }) => sum + refused, 0)).toBe(1);
  expect(await processes.list()).toEqual([self]);
  expect(closed).toBe(0);
});
