/** When a worker is to be restarted, with a real queue and as a liveness probe sees it. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { createApp } from '../../src/ingress/app.ts';
import { type Server, startServer } from '../../src/ingress/server.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import type { JobDecision } from '../../src/worker/job-decision.ts';
import { STUCK_AFTER_MS, WorkerLiveness } from '../../src/worker/liveness.ts';
import { PacedWorker } from '../../src/worker/paced-worker.ts';
import { type RunningWorker, startWorker } from '../../src/worker/worker.ts';
import { anyCall } from '../calls.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';

const BEAT_MS = 5_000;
const COMPLETE: JobDecision = { action: 'complete', summary: 'synced', result: 'synced' };

let redis: RedisClient;
let queue: CallQueue;
let worker: RunningWorker | undefined;
let liveness: WorkerLiveness;
let moves: number;
let batch: PromiseWithResolvers<void>;
let batchesStarted: number;
let server: Server;

class CountingLiveness extends WorkerLiveness {
  override moved(): void {
    moves += 1;
    super.moved();
  }
}

beforeEach(async () => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  moves = 0;
  batchesStarted = 0;
  batch = Promise.withResolvers();
  liveness = new CountingLiveness();
  worker = undefined;
  const app = createApp({
    stuckReason: () => liveness.stuckReason,
    readiness: async () => [],
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    log: recordingLog(),
  });
  server = await startServer(app, 0);
});
afterEach(async () => {
  batch.resolve();
  await worker?.close(5_000);
  await server.close();
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

/** One call at a time, so that the loop asks for no job while a batch is in flight. */
function start(): void {
  const connector = { name: 'memo', batchSize: 1, maxInFlight: 1 };
  worker = startWorker({
    connection: redis,
    queue,
    connector: connector as unknown as Parameters<typeof startWorker>[0]['connector'],
    pauseNotice: openPauseNotice(redis),
    log: recordingLog(),
    concurrencyKeys: () => ['one person'],
    liveness,
    async sync(deliveries) {
      batchesStarted += 1;
      await batch.promise;
      return deliveries.map(() => COMPLETE);
    },
  });
}

async function fill(calls: number): Promise<void> {
  for (let index = 0; index < calls; index++) {
    await enqueue(queue, anyCall(index) as unknown as CallEvent, Date.now());
  }
}

let clock = 0;
/** Redis answers for so long. */
function answers(ms: number): void {
  liveness.redisAnswered(clock);
  for (let passed = 0; passed < ms; passed += BEAT_MS) {
    clock += BEAT_MS;
    liveness.redisAnswered(clock);
  }
}

/** As a probe: by the status, with what the answer says. */
async function probe(): Promise<{ code: number; answer: unknown }> {
  const response = await fetch(`${server.url}/healthz`);
  return { code: response.status, answer: await response.json() };
}

const ALIVE = { code: 200, answer: { status: 'alive' } };
const stuck = (reason: string) => ({ code: 503, answer: { status: 'stuck', reason } });

test('an idle worker is alive: its loop turns every few seconds', async () => {
  start();
  await until(() => moves >= 2, 'the idle loop has turned twice');
  answers(STUCK_AFTER_MS - BEAT_MS);
  expect(await probe()).toEqual(ALIVE);
  const before = moves;
  await until(() => moves > before, 'it turns once more');
  answers(BEAT_MS);
  expect(await probe()).toEqual(ALIVE);
});

test('a worker whose queue is paused for an hour is alive', async () => {
  start();
  await queue.rateLimit(3_600_000);
  await fill(1);
  await until(() => moves >= 2, 'the paused loop has turned');
  const before = moves;
  await until(() => moves > before, 'it turns once more');
  expect(batchesStarted).toBe(0);
  expect(await probe()).toEqual(ALIVE);
});

test('a worker that hangs in a batch is stuck, and no longer so once something moves', async () => {
  start();
  await fill(3);
  await until(() => batchesStarted === 1, 'a batch is in flight');
  // Both slots are taken, and the last attempt to take a job is over.
  await until(async () => (await queue.getActiveCount()) === 2, 'no more jobs can be taken');
  answers(STUCK_AFTER_MS - BEAT_MS);
  expect(await probe()).toEqual(ALIVE);
  answers(BEAT_MS);
  expect(await probe()).toEqual(stuck('nothing has moved for 300 s although Redis answers'));
  batch.resolve();
  await until(async () => (await probe()).code === 200, 'it is alive again');
});

test('time in which Redis does not answer does not count, nor does a suspended process', async () => {
  answers(STUCK_AFTER_MS - 3 * BEAT_MS);
  const DAY_MS = 24 * 3_600_000;
  clock += DAY_MS;
  liveness.redisAnswered(clock);
  expect(await probe()).toEqual(ALIVE);
  // A clock that was set back neither adds nor takes away.
  clock -= DAY_MS;
  liveness.redisAnswered(clock);
  expect(await probe()).toEqual(ALIVE);
  answers(BEAT_MS);
  expect(await probe()).toEqual(stuck('nothing has moved for 300 s although Redis answers'));
});

test('a job loop that has ended without being closed is noticed at once, one that is closed is not', async () => {
  const loop = new PacedWorker(queue.name, async () => 'done', { connection: redis, prefix: '{altur}' });
  let closing = false;
  liveness.watch(() => !closing && !loop.isRunning());
  await until(() => loop.isRunning(), 'the loop runs');
  expect(await probe()).toEqual(ALIVE);
  await loop.close();
  expect(await probe()).toEqual(stuck('the job loop has ended'));
  closing = true;
  expect(await probe()).toEqual(ALIVE);
});

test('a worker that stops as asked is alive until its end', async () => {
  start();
  await until(() => moves > 0, 'the loop runs');
  await worker!.close(5_000);
  expect(await probe()).toEqual(ALIVE);
});
