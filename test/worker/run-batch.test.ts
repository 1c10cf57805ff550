/** How a batch that the CRM as a whole rejects pauses the queue. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CrmError } from '../../connectors/connector.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { openQueue, pauseLeft } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { AdaptiveBatchSize } from '../../src/worker/adaptive-batch-size.ts';
import type { JobDecision } from '../../src/worker/job-decision.ts';
import { BatchRunner } from '../../src/worker/run-batch.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Runs batches on a CRM that fails; answers how long the queue is paused after each batch, in ms. */
function outage(failure = new CrmError('unavailable', 'the CRM is down'), fullSize = 100) {
  const log = recordingLog();
  const runner = new BatchRunner({
    queue: openQueue(redis),
    pauseNotice: openPauseNotice(redis),
    log,
    adaptiveSize: new AdaptiveBatchSize(fullSize),
    signal: new AbortController().signal,
    drain: () => {},
    sync: async () => {
      await new Promise(setImmediate);
      throw failure;
    },
  });
  const delivery = (id: string) => ({
    event: { event_type: 'on_call_end' as const, id },
    digest: 'd',
    receivedAt: 0,
  });
  return async (size = 2) => {
    const decisions = await runner.run(Array.from({ length: size }, (_, n) => delivery(`cll_${n}`)));
    return decisions[0]?.action === 'pause' ? decisions[0].pauseMs : 0;
  };
}

test('while the CRM is down the queue is paused with exponential backoff, at most fifteen seconds', async () => {
  const fail = outage();
  const pauses: number[] = [];
  while (pauses.length < 8) pauses.push(await fail());
  // The first failure shrinks the batches to one call.
  expect(Math.max(...pauses.slice(0, 2))).toBeLessThanOrEqual(1_000);
  expect(pauses[5]).toBeGreaterThan(7_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
});

test('while batches shrink, until a poison message is alone, the pauses stay short', async () => {
  const fail = outage(undefined, 64);
  const pauses: number[] = [];
  for (let size = 64; size > 1; size /= 2) pauses.push(await fail(size));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
});

test('batches in flight at the same time fail as one', async () => {
  const fail = outage();
  const pauses = await Promise.all(Array.from({ length: 6 }, () => fail()));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
});

test.each([0, -1, 0.5])(
  'a CRM that answers retry-after %d ms is tried again at once',
  async (retryAfterMs) => {
    const fail = outage(new CrmError('rate_limited', 'the quota is used up', { retryAfterMs }));
    expect(await fail()).toBe(1);
  },
);

/** Batches whose end the test decides, one by one. */
function controlledBatches() {
  const ends: PromiseWithResolvers<readonly JobDecision[]>[] = [];
  const [queue, pause] = [openQueue(redis), openPauseNotice(redis)];
  const pausedMs: number[] = [];
  const sync = () => {
    const end = Promise.withResolvers<readonly JobDecision[]>();
    ends.push(end);
    return end.promise;
  };
  const runner = new BatchRunner({
    queue,
    pauseNotice: pause,
    log: recordingLog(),
    sync,
    adaptiveSize: new AdaptiveBatchSize(100),
    signal: new AbortController().signal,
    drain: () => {},
    onPause: (_, ms) => pausedMs.push(ms),
  });
  const batch = (id: string) => [
    { event: { event_type: 'on_call_end' as const, id }, digest: 'd', receivedAt: 0 },
  ];
  return { queue, pause, pausedMs, ends, run: (id: string) => runner.run(batch(id)) };
}

const HOUR_MS = 3_600_000;
const usedUp = () => new CrmError('rate_limited', 'the day is used up', { retryAfterMs: HOUR_MS });

test('a batch that was in flight when the queue was paused does not clear the notice', async () => {
  await redis.flushall();
  const { pause, ends, run } = controlledBatches();
  const [early, late] = [run('cll_early'), run('cll_late')];
  ends[1]!.reject(usedUp());
  await late;
  ends[0]!.resolve([{ action: 'complete', summary: 'synced', result: 'synced' }]);
  await early;
  expect(await pause.read()).toMatchObject({ kind: 'rate_limited', reason: 'the day is used up' });
});

test('a shorter pause does not end a longer one', async () => {
  await redis.flushall();
  const { queue, pause, pausedMs, ends, run } = controlledBatches();
  const [early, late] = [run('cll_early'), run('cll_late')];
  ends[1]!.reject(usedUp());
  await late;
  ends[0]!.reject(new CrmError('unavailable', 'the CRM is down'));
  await early;
  expect(await pauseLeft(queue)).toBeGreaterThan(HOUR_MS / 2);
  expect(await pause.read()).toMatchObject({ kind: 'rate_limited', code: 'CRM_RATE_LIMITED' });
  expect(pausedMs).toEqual([HOUR_MS]);
});

test('a longer pause after a shorter one counts as what it adds', async () => {
  await redis.flushall();
  const { pausedMs, ends, run } = controlledBatches();
  const [early, late] = [run('cll_early'), run('cll_late')];
  ends[0]!.reject(new CrmError('rate_limited', 'half an hour', { retryAfterMs: HOUR_MS / 2 }));
  await early;
  ends[1]!.reject(usedUp());
  await late;
  expect(pausedMs[0]).toBe(HOUR_MS / 2);
  expect(pausedMs[0]! + pausedMs[1]!).toBeGreaterThanOrEqual(HOUR_MS);
  expect(pausedMs[0]! + pausedMs[1]!).toBeLessThan(HOUR_MS + 60_000);
});

test('the first batch that succeeds after the pause clears the notice', async () => {
  await redis.flushall();
  const { queue, pause, ends, run } = controlledBatches();
  const failing = run('cll_a');
  ends[0]!.reject(new CrmError('rate_limited', 'a second', { retryAfterMs: 1 }));
  await failing;
  expect(await pause.read()).toBeDefined();
  while ((await pauseLeft(queue)) > 0) await new Promise(setImmediate);
  const again = run('cll_a');
  ends[1]!.resolve([{ action: 'complete', summary: 'synced', result: 'synced' }]);
  await again;
  expect(await pause.read()).toBeUndefined();
});

test('the notice of one worker is cleared by the first batch that succeeds in another', async () => {
  await redis.flushall();
  const { queue, pause, ends, run } = controlledBatches();
  const other = controlledBatches();
  const earlier = other.run('cll_a');
  other.ends[0]!.resolve([{ action: 'complete', summary: 'synced', result: 'synced' }]);
  await earlier;
  const failing = run('cll_b');
  ends[0]!.reject(new CrmError('unavailable', 'the CRM is down', { retryAfterMs: 1 }));
  await failing;
  while ((await pauseLeft(queue)) > 0) await new Promise(setImmediate);
  const again = other.run('cll_b');
  other.ends[1]!.resolve([{ action: 'complete', summary: 'synced', result: 'synced' }]);
  await again;
  expect(await pause.read()).toBeUndefined();
});
