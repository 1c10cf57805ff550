/** What an operator does about dead letters, with a real queue and a real worker. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { discardDeadLetters, retryDeadLetters } from '../../src/actions/retry.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { DeadLetterGroups } from '../../src/monitoring/dead-letter-groups.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { type CallQueue, enqueue, openQueue, waitingCount } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import type { JobDecision } from '../../src/worker/job-decision.ts';
import { type RunningWorker, startWorker } from '../../src/worker/worker.ts';
import { recordingLog } from '../recording-log.ts';

const BATCH = 10;
const connector = { name: 'memo', batchSize: BATCH, maxInFlight: 1 };
const COMPLETE: JobDecision = { action: 'complete', summary: 'synced', result: 'synced' };
const failure = (code: string, field?: string): JobDecision => {
  const fields = field === undefined ? {} : { object: 'person' as const, fields: [field] };
  return { action: 'fail', code, reason: `the CRM rejects it: ${code}`, ...fields };
};

let redis: RedisClient;
let queue: CallQueue;
let worker: RunningWorker | undefined;
let log: ReturnType<typeof recordingLog>;
let batches: (readonly string[])[];

beforeEach(() => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  worker = undefined;
  log = recordingLog();
  batches = [];
});
afterEach(async () => {
  await worker?.close(5_000);
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

/** Decides about each call by `decide`; keeps the batches. */
function start(
  decide: (callId: string) => JobDecision = () => COMPLETE,
  gate?: () => Promise<unknown>,
): void {
  worker = startWorker({
    connection: redis,
    queue,
    connector: connector as unknown as Parameters<typeof startWorker>[0]['connector'],
    pauseNotice: openPauseNotice(redis),
    log: recordingLog(),
    concurrencyKeys: ({ event }) => [event.id],
    async sync(deliveries) {
      const ids = deliveries.map(({ event }) => event.id);
      batches.push(ids);
      await gate?.();
      return ids.map(decide);
    },
  });
}

async function stop(): Promise<void> {
  await worker?.close(5_000);
  worker = undefined;
  batches = [];
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}

const deliver = (id: string) => enqueue(queue, { event_type: 'on_call_end', id } as CallEvent, 1);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `cll_dead${index}`);
const failedCount = async () => (await queue.getJobCounts('failed')).failed;
const parts = () => ({ queue, log, actor: { by: 'command line' as const } });

/** Makes these calls dead letters. No worker runs afterwards. */
async function makeDead(
  callIds: readonly string[],
  decide: (callId: string) => JobDecision = () => failure('RECORD_REJECTED'),
) {
  await Promise.all(callIds.map(deliver));
  start(decide);
  await until(async () => (await failedCount()) === callIds.length);
  await stop();
}

test('a live call is written before 300 that were put back; none of them is lost or written twice', async () => {
  await makeDead(ids(300));
  expect((await retryDeadLetters(parts(), 'all')).callIds).toHaveLength(300);
  await deliver('cll_live');
  start();
  await until(() => batches.flat().length >= 301);
  expect(batches[0]).toContain('cll_live');
  await until(async () => Object.values(await queue.getJobCounts()).every((count) => count === 0));
  expect(batches.flat().toSorted()).toEqual([...ids(300), 'cll_live'].toSorted());
});

test('a live call that arrives while 300 are being written again waits for those already taken only', async () => {
  await makeDead(ids(300));
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  start(undefined, () => gate);
  await retryDeadLetters(parts(), 'all');
  await until(async () => (await queue.getJobCounts('active')).active === 2 * BATCH);
  await deliver('cll_live');
  open();
  await until(() => batches.flat().includes('cll_live'));
  expect(batches.flat().indexOf('cll_live')).toBeLessThan(4 * BATCH);
});

test('calls that were put back count as waiting, so that a batch waits to be filled with them', async () => {
  await makeDead(ids(3 * BATCH));
  await deliver('cll_live');
  await retryDeadLetters(parts(), 'all');
  expect(await waitingCount(queue)).toBe(3 * BATCH + 1);
});

test('two operators who retry the same calls at once put each back once', async () => {
  await makeDead(ids(300));
  start();
  const both = await Promise.all([retryDeadLetters(parts(), 'all'), retryDeadLetters(parts(), 'all')]);
  await until(async () => Object.values(await queue.getJobCounts()).every((count) => count === 0));
  expect(batches.flat().toSorted()).toEqual(ids(300).toSorted());
  expect(both.flatMap(({ callIds }) => callIds).toSorted()).toEqual(ids(300).toSorted());
});

test('one that was retried while another operator discarded it is not an error', async () => {
  await makeDead(ids(50));
  const [retried, discarded] = await Promise.all([
    retryDeadLetters(parts(), 'all'),
    discardDeadLetters(parts(), 'all'),
  ]);
  expect(await failedCount()).toBe(0);
  expect(new Set([...retried.callIds, ...discarded.callIds]).size).toBe(50);
});

const CAUSES: Record<string, JobDecision> = {
  cll_dead0: failure('RECORD_REJECTED'),
  cll_dead1: failure('FIELD_REJECTED', 'altur_status'),
  cll_dead2: failure('FIELD_REJECTED', 'altur_status'),
  cll_dead3: failure('FIELD_REJECTED', 'altur_status'),
  cll_dead4: failure('FIELD_REJECTED', 'altur_tags'),
};
const byCause = (callId: string) => CAUSES[callId]!;

test('the groups of the overview are what is retried', async () => {
  await makeDead(ids(5), byCause);
  const groups = await new DeadLetterGroups(queue, redis).read();
  const largest = groups.find(({ count }) => count === 3)!;
  const { callIds } = await retryDeadLetters(parts(), { group: largest.id });
  expect(callIds.toSorted()).toEqual(['cll_dead1', 'cll_dead2', 'cll_dead3']);
});

test('one code for two rules of the CRM is two causes; the numbers of a call are none', async () => {
  const reasons = ['rule A: call 17', 'rule A: call 18', 'rule B: call 17', 'rule A: +## 12 of 0033'];
  await makeDead(ids(4), (callId) => {
    const reason = reasons[Number(callId.slice(-1))]!;
    return { action: 'fail', code: 'RECORD_REJECTED', reason, object: 'person' };
  });
  const groups = await new DeadLetterGroups(queue, redis).read();
  expect(groups.map(({ count }) => count).toSorted()).toEqual([1, 1, 2]);
  const { id } = groups.find(({ reason }) => reason.startsWith('rule B'))!;
  expect((await retryDeadLetters(parts(), { group: id })).callIds).toEqual(['cll_dead2']);
});

test.each([
  { selection: { code: 'FIELD_REJECTED' }, retried: [1, 2, 3, 4] },
  { selection: { code: 'FIELD_REJECTED', field: 'altur_tags' }, retried: [4] },
  { selection: { code: 'FIELD_REJECTED', field: 'person.altur_status' }, retried: [1, 2, 3] },
  { selection: { code: 'FIELD_REJECTED', field: 'call.altur_status' }, retried: [] },
  { selection: { group: 'a1b2c3d4e5' }, retried: [] },
  { selection: { callIds: ['cll_dead2', 'cll_nobody', 'cll_dead2'] }, retried: [2] },
])('$selection chooses the calls $retried', async ({ selection, retried }) => {
  await makeDead(ids(5), byCause);
  const { callIds } = await retryDeadLetters(parts(), selection);
  expect(callIds.toSorted()).toEqual(retried.map((index) => `cll_dead${index}`));
  expect((await queue.getPrioritized()).map(({ data }) => data.event!.id).toSorted()).toEqual(
    callIds.toSorted(),
  );
  expect(await failedCount()).toBe(5 - retried.length);
});

test('a discarded call is gone, and may be delivered again', async () => {
  await makeDead(ids(2));
  await discardDeadLetters(parts(), { callIds: ['cll_dead1'] });
  expect(await failedCount()).toBe(1);
  expect([await deliver('cll_dead0'), await deliver('cll_dead1')]).toEqual(['duplicate', 'queued']);
});

test('an action leaves one line in the log, with who, how many and some of the ids', async () => {
  await makeDead(ids(30));
  const actor = { by: 'dashboard' as const, address: '192.0.2.7' };
  const recorded: string[] = [];
  await retryDeadLetters(
    { queue, log, actor, record: async (callIds) => void recorded.push(...callIds) },
    { code: 'RECORD_REJECTED' },
  );
  const facts = { action: 'retry', code: 'RECORD_REJECTED', ...actor, calls: 30 };
  expect(log.entries).toEqual([
    { level: 'info', message: 'operator action', fields: { ...facts, callIds: expect.any(Array) } },
  ]);
  expect((log.entries[0]!.fields as { callIds: string[] }).callIds).toHaveLength(20);
  expect(recorded.toSorted()).toEqual(ids(30).toSorted());
});
