/** How a batch that the CRM as a whole rejects pauses the queue, and how one with a poison message does not. */
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
  // The second failure shrinks the batches to one call.
  expect(Math.max(...pauses.slice(0, 3))).toBeLessThanOrEqual(1_000);
  expect(pauses[6]).toBeGreaterThan(7_000);
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

/** A CRM that answers 500 to a batch with one of the `poison` calls, to the next `failures` batches, and to all while `isDown`. */
function poisonedCrm(poison: readonly string[]) {
  const crm = { isDown: false, failures: 0, batches: [] as (readonly string[])[] };
  const queue = openQueue(redis);
  const pausedMs: number[] = [];
  const runner = new BatchRunner({
    queue,
    pauseNotice: openPauseNotice(redis),
    log: recordingLog(),
    adaptiveSize: new AdaptiveBatchSize(100),
    signal: new AbortController().signal,
    drain: () => {},
    onPause: (_, ms) => pausedMs.push(ms),
    sync: async (deliveries) => {
      const ids = deliveries.map(({ event }) => event.id);
      crm.batches.push(ids);
      crm.failures -= 1;
      if (crm.isDown || crm.failures >= 0 || ids.some((id) => poison.includes(id)))
        throw new CrmError('unavailable', 'the CRM answered 500', { code: 'CRM_UNAVAILABLE' });
      return deliveries.map(() => ({ action: 'complete', summary: 'synced', result: 'synced' }));
    },
  });
  const run = async (ids: readonly string[], isPoison = false) => {
    const calls = ids.map((id) => ({ event: { event_type: 'on_call_end' as const, id }, digest: 'd' }));
    const decisions = await runner.run(calls.map((call) => ({ ...call, receivedAt: 0, isPoison })));
    return new Map(ids.map((id, index) => [id, decisions[index]!]));
  };
  return { crm, queue, pausedMs, run };
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => `cll_${index}`);

test('a batch that fails again while others get through is bisected at once, and pauses nothing', async () => {
  await redis.flushall();
  const { crm, pausedMs, run } = poisonedCrm(['cll_17', 'cll_70']);
  await run(HUNDRED);
  await run(['cll_other']);
  const pauses = pausedMs.length;
  crm.batches = [];
  const decisions = await run(HUNDRED);
  const poison = { action: 'retry', code: 'CRM_UNAVAILABLE', reason: 'the CRM answered 500', isPoison: true };
  for (const [id, decision] of decisions)
    expect(decision).toEqual(
      id === 'cll_17' || id === 'cll_70' ? poison : expect.objectContaining({ action: 'complete' }),
    );
  expect(pausedMs).toHaveLength(pauses);
  // The whole, and for each of the two a failing part, twice, and a healthy one of each size.
  expect(crm.batches.length).toBeLessThanOrEqual(1 + 2 * 3 * 7);
});

test('a part that fails by chance is sent once more, and not split', async () => {
  await redis.flushall();
  const { crm, run } = poisonedCrm([]);
  crm.failures = 1;
  await run(HUNDRED);
  await run(['cll_other']);
  crm.batches = [];
  // The whole, and its first half once.
  crm.failures = 2;
  const decisions = [...(await run(HUNDRED)).values()];
  expect(crm.batches.map(({ length }) => length)).toEqual([100, 50, 50, 50]);
  expect(new Set(decisions.map(({ action }) => action))).toEqual(new Set(['complete']));
});

test('no part is sent while the queue is paused for long: its calls go back', async () => {
  await redis.flushall();
  const { crm, queue, run } = poisonedCrm(['cll_17']);
  await run(HUNDRED);
  await run(['cll_other']);
  await queue.rateLimit(HOUR_MS);
  crm.batches = [];
  const decisions = [...(await run(HUNDRED)).values()];
  expect(crm.batches).toHaveLength(1);
  expect(new Set(decisions.map(({ action }) => action))).toEqual(new Set(['requeue']));
});

test('a CRM that goes down while a batch is bisected is noticed: the queue is paused, the rest is not tried', async () => {
  await redis.flushall();
  const { crm, pausedMs, run } = poisonedCrm([]);
  crm.isDown = true;
  await run(HUNDRED);
  crm.isDown = false;
  await run(['cll_other']);
  // The pause of the first failure is over.
  await redis.flushall();
  const pauses = pausedMs.length;
  crm.isDown = true;
  crm.batches = [];
  const decisions = [...(await run(HUNDRED)).values()];
  expect(crm.batches.length).toBeLessThan(25);
  expect(pausedMs.length).toBeGreaterThan(pauses);
  expect(decisions.filter(({ action }) => action === 'retry').length).toBeLessThanOrEqual(3);
  expect(decisions.filter(({ action }) => action === 'pause').length).toBeGreaterThan(90);
});

test('a known poison message uses up its attempts though nothing else is there to be written', async () => {
  await redis.flushall();
  const { pausedMs, run } = poisonedCrm(['cll_poison']);
  for (let attempt = 0; attempt < 14; attempt++) {
    const decisions = await run(['cll_poison'], true);
    expect(decisions.get('cll_poison')).toMatchObject({ action: 'retry', isPoison: true });
  }
  expect(pausedMs).toEqual([]);
});
