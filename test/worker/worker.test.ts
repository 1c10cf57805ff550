/** How a job decision becomes the state of a BullMQ job. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CrmError } from '../../connectors/connector.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { ATTEMPTS } from '../../src/queue/call-queue.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { type CallQueue, enqueue, findJobs, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import type { JobDecision } from '../../src/worker/job-decision.ts';
import { type RunningWorker, startWorker } from '../../src/worker/worker.ts';
import { recordingLog } from '../recording-log.ts';

const connector = { name: 'memo', batchSize: 10, maxInFlight: 1 };
const cause = { code: 'ROW_LOCKED', reason: 'the record is locked' };
const COMPLETE: JobDecision = { action: 'complete', summary: 'synced', result: 'synced' };

let redis: RedisClient;
let queue: CallQueue;
let worker: RunningWorker;
/** The decisions of the attempts to come; afterwards calls are completed. */
let script: JobDecision[];
let attempts: number;
/** Batches with one of these calls fail as if the CRM were down. */
let poison: readonly string[];
let written: string[];
let batches: (readonly string[])[];
let told: string[];
/** What is told of batches and calls fails. */
let listenersFail: boolean;
let log: ReturnType<typeof recordingLog>;

beforeEach(() => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  script = [];
  attempts = 0;
  poison = [];
  written = [];
  batches = [];
  told = [];
  listenersFail = false;
  log = recordingLog();
  worker = startWorker({
    connection: redis,
    queue,
    connector: connector as unknown as Parameters<typeof startWorker>[0]['connector'],
    pauseNotice: openPauseNotice(redis),
    log,
    concurrencyKeys: ({ event }) => [event.id],
    async sync(deliveries) {
      attempts += 1;
      const ids = deliveries.map(({ event }) => event.id);
      batches.push(ids);
      if (ids.some((id) => poison.includes(id)))
        throw new CrmError('unavailable', 'down', { code: 'CRM_UNAVAILABLE', retryAfterMs: 20 });
      written.push(...ids);
      return deliveries.map(() => script.shift() ?? COMPLETE);
    },
    onDecision({ action }, { event }) {
      told.push(`${action} ${event.id}`);
      failOnDemand();
    },
    onDecisions: failOnDemand,
    onBatch: failOnDemand,
    onRetry: () => told.push('retried'),
    onDeadLetter: () => told.push('dead letter'),
    onPause: ({ kind, code }, ms) => told.push(`paused ${kind} ${code} ${ms > 0 && ms <= 20}`),
  });
});
afterEach(async () => {
  await worker.close(5_000);
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

function failOnDemand(): void {
  if (listenersFail) throw new Error('the counter is broken');
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}

const deliver = (id = 'cll_one') => enqueue(queue, { event_type: 'on_call_end', id } as CallEvent, 1);
const count = async (state: 'delayed' | 'failed') => (await queue.getJobCounts(state))[state];

test('a delayed job comes back without an attempt used up, and says why it waits', async () => {
  script = [{ action: 'delay', delayMs: 60_000, ...cause }];
  await deliver();
  await until(async () => (await count('delayed')) === 1);
  const [job] = await queue.getDelayed();
  expect(job).toMatchObject({ attemptsMade: 0, progress: cause });
  expect(job!.failedReason).toBeUndefined();
  await job!.promote();
  await until(() => attempts === 2);
  await until(async () => (await queue.getJob(job!.id!)) === undefined);
});

test('a listener that fails changes nothing of what becomes of a call, and is logged', async () => {
  listenersFail = true;
  await deliver();
  await until(() => told.includes('complete cll_one'));
  await until(async () => (await queue.getJobCounts('active', 'delayed', 'wait')).active === 0);
  expect([attempts, await count('delayed'), await count('failed')]).toEqual([1, 0, 0]);
  expect(log.entries.filter(({ message }) => message === 'not counted or recorded')).toHaveLength(3);
});

test('a retried job has used up an attempt', async () => {
  script = [{ action: 'retry', ...cause }];
  await deliver();
  await until(async () => (await count('delayed')) === 1);
  const [job] = await queue.getDelayed();
  expect(job).toMatchObject({ attemptsMade: 1, failedReason: cause.reason, progress: cause });
});

test('a failed job is a dead letter with its code and reason, whatever attempts are left', async () => {
  script = [{ action: 'fail', ...cause }];
  await deliver();
  await until(async () => (await count('failed')) === 1);
  const [job] = await queue.getFailed();
  expect(job).toMatchObject({ failedReason: cause.reason, progress: cause });
});

test('a call that failed alone shares no batch with others afterwards: it makes none of them wait', async () => {
  poison = ['cll_poison'];
  await deliver('cll_poison');
  await until(() => attempts === 1);
  let healthy = 0;
  const retried = async () => (await queue.getDelayed()).some(({ attemptsMade }) => attemptsMade > 0);
  while (!(await retried())) await deliver(`cll_healthy_${healthy++}`);
  await until(() => written.length === healthy);
  expect(batches.filter((ids) => ids.includes('cll_poison') && ids.length > 1)).toEqual([]);
  expect(batches.filter((ids) => ids.includes('cll_poison')).length).toBeLessThanOrEqual(3);
});

test('poison messages do not overtake a call again and again', async () => {
  poison = ['cll_poison1', 'cll_poison2', 'cll_poison3'];
  for (const id of [...poison, 'cll_healthy']) await deliver(id);
  await until(() => written.length === 1 || attempts === 30);
  expect(written).toEqual(['cll_healthy']);
  // A batch of four twice, one of two, then each poison message alone, some of them twice.
  expect(attempts).toBeLessThan(13);
});

test('poison messages are found among many calls, and use up attempts by themselves: no call waits for them', async () => {
  poison = ['cll_20', 'cll_50', 'cll_80'];
  await Promise.all(Array.from({ length: 100 }, (_, index) => deliver(`cll_${index}`)));
  await until(async () => written.length === 97 && (await count('delayed')) === 3);
  await until(async () => (await queue.getDelayed()).every(({ attemptsMade }) => attemptsMade > 0));
  for (const job of await queue.getDelayed()) expect(job.progress).toMatchObject({ isPoison: true });
  expect(new Set(written).size).toBe(97);
});

test('a call that another worker found to be a poison message shares no batch with others', async () => {
  poison = ['cll_poison'];
  await queue.pause();
  await deliver('cll_healthy1');
  await deliver('cll_poison');
  await deliver('cll_healthy2');
  const [found] = (await findJobs(queue, ['cll_poison'])).get('cll_poison')!;
  await (await queue.getJob(found!.id))!.updateProgress({ ...cause, isPoison: true });
  await queue.resume();
  await until(() => told.includes('retry cll_poison'));
  expect(batches.filter((ids) => ids.includes('cll_poison'))).toEqual([['cll_poison']]);
  await until(() => written.length === 2);
  expect(told).not.toContain('paused unavailable CRM_UNAVAILABLE true');
});

test('what becomes of calls is told: a retry, and a dead letter after the last attempt', async () => {
  script = [
    { action: 'retry', ...cause },
    { action: 'retry', ...cause },
  ];
  await deliver();
  await until(() => told.includes('retried'));
  const [job] = await queue.getDelayed();
  await (await queue.getBackend().client).hset(queue.toKey(job!.id!), { atm: ATTEMPTS - 1 });
  await job!.promote();
  await until(() => told.includes('dead letter'));
  await deliver('cll_two');
  await until(() => told.length === 5);
  expect(told).toEqual(['retry cll_one', 'retried', 'fail cll_one', 'dead letter', 'complete cll_two']);
  expect(log.entries.map(({ message, fields }) => ({ message, fields }))).toEqual([
    {
      message: 'call will be retried',
      fields: { callId: 'cll_one', crm: 'memo', ...cause, attempt: 1, of: 15, inMs: expect.any(Number) },
    },
    { message: 'call is a dead letter', fields: { callId: 'cll_one', crm: 'memo', ...cause } },
  ]);
});

test('a retry follows when its line in the log says', async () => {
  script = [{ action: 'retry', ...cause }];
  const before = Date.now();
  await deliver();
  await until(async () => (await count('delayed')) === 1);
  const [job] = await queue.getDelayed();
  const { inMs } = log.entries[0]!.fields as { inMs: number };
  expect(job!.delay).toBe(inMs);
  expect(inMs).toBeLessThanOrEqual(1_000);
  expect(Date.now() - before).toBeLessThan(5_000);
});

test('a pause has a line with its calls, and one when it is over, with how long it was', async () => {
  poison = ['cll_one'];
  await deliver();
  await until(() => told.length > 0);
  poison = [];
  await until(() => log.entries.some(({ message }) => message === 'queue resumed'));
  expect(log.entries.find(({ message }) => message === 'queue paused')!.fields).toMatchObject({
    callId: 'cll_one',
    code: 'CRM_UNAVAILABLE',
    reason: 'down',
  });
  const resumed = log.entries.filter(({ message }) => message === 'queue resumed');
  expect(resumed).toMatchObject([{ fields: { code: 'CRM_UNAVAILABLE', pausedMs: expect.any(Number) } }]);
});

test('a pause of the queue is told, with what it adds to the pause', async () => {
  poison = ['cll_one'];
  await deliver();
  await until(() => told.length > 0);
  expect(told[0]).toBe('paused unavailable CRM_UNAVAILABLE true');
});

test('a job whose event cannot be read is a dead letter with a code, and quotes nothing of it', async () => {
  await queue.add('call', { digest: '', receivedAt: 1, zstd: Buffer.from('Sofia').toString('base64') });
  await until(() => told.includes('dead letter'));
  const [job] = await queue.getFailed();
  expect(job).toMatchObject({
    progress: { code: 'EVENT_UNREADABLE', reason: job!.failedReason },
    failedReason: expect.stringContaining('discard it'),
  });
  expect(job!.failedReason).not.toContain('Sofia');
});

test('a dead letter keeps what the CRM rejects, and since when it waits again', async () => {
  const rejected = { ...cause, object: 'person', fields: ['email'] } as const;
  script = [
    { action: 'fail', ...rejected },
    { action: 'fail', ...rejected },
  ];
  await deliver();
  await until(async () => (await count('failed')) === 1);
  const [job] = await queue.getFailed();
  expect(job!.progress).toEqual(rejected);
  await job!.updateProgress({ ...rejected, retriedAt: 1_000 });
  await job!.retry('failed');
  await until(() => attempts === 2);
  await until(async () => (await count('failed')) === 1);
  expect((await queue.getFailed())[0]!.progress).toEqual({ ...rejected, retriedAt: 1_000 });
});
