import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { openAccounts } from '../../src/queue/accounts.ts';
import { awaitDeliveries } from '../../src/queue/awaited-deliveries.ts';
import { contentDigest, deduplicationId } from '../../src/queue/job.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { type CallQueue, enqueue, findJobs, openQueue } from '../../src/queue/queue.ts';
import { connectProducer } from '../../src/queue/redis.ts';

const redis = connectProducer({ nodes: [process.env.REDIS_URL!] });
let queue: CallQueue;
beforeEach(async () => {
  if (redis.status !== 'ready') await new Promise((ready) => redis.once('ready', ready));
  queue = openQueue(redis, `test-${randomUUID()}`);
});
afterEach(async () => {
  await queue.obliterate({ force: true });
  await queue.close();
});
afterAll(() => redis.quit());

const event = (id: string, fields: object = {}) =>
  ({ event_type: 'on_call_end', id, ...fields }) as CallEvent;

test('a redelivery is recognised exactly, however many arrive at once', async () => {
  const id = `cll_${randomUUID()}`;
  const answers = await Promise.all(Array.from({ length: 5 }, () => enqueue(queue, event(id), 1)));
  expect(answers.toSorted()).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'queued']);
  expect(await queue.getWaitingCount()).toBe(1);
});

test('of events that are stored in one turn, one that Redis rejects fails alone', async () => {
  const ids = Array.from({ length: 3 }, () => `cll_${randomUUID()}`);
  // The script of the middle one cannot read its deduplication key.
  const rejected = event(ids[1]!);
  await redis.lpush(queue.toKey(`de:${deduplicationId(rejected, contentDigest(rejected))}`), 'no text');
  const answers = await Promise.allSettled(ids.map((id) => enqueue(queue, event(id), 1)));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await queue.getWaiting()).map(({ data }) => data.event!.id).toSorted()).toEqual(
    [ids[0]!, ids[2]!].toSorted(),
  );
});

test('a changed event of a known call is a job of its own', async () => {
  const id = `cll_${randomUUID()}`;
  expect(await enqueue(queue, event(id, { duration: 1 }), 1)).toBe('queued');
  expect(await enqueue(queue, event(id, { duration: 2 }), 2)).toBe('queued');
  expect(await queue.getWaitingCount()).toBe(2);
});

test.each(['meta', 'id', '42', 'a:b', 'events', 'stalled-check', 'ñ'.repeat(400)])(
  'no call is lost for its id: %j',
  async (id) => {
    expect(await enqueue(queue, event(id), 1)).toBe('queued');
    expect(await enqueue(queue, event(id), 1)).toBe('duplicate');
    const [job] = await queue.getWaiting();
    expect(job!.data.event!.id).toBe(id);
  },
);

test('a call’s jobs are found by its id', async () => {
  await enqueue(queue, event('cll_wanted', { duration: 1 }), 1);
  await enqueue(queue, event('cll_other'), 1);
  expect((await findJobs(queue, ['cll_wanted'])).get('cll_wanted')).toEqual([
    { id: expect.stringMatching(/^cll_wanted~/), state: 'wait', position: 1 },
  ]);
});

/** As a job that is completed: its data is gone, BullMQ still knows the delivery. */
async function complete(): Promise<void> {
  const [job] = await queue.getWaiting();
  await redis.lrem(queue.toKey('wait'), 0, job!.id!);
  await redis.del(queue.toKey(job!.id!));
}

test.each([
  { written: 'this account', current: { id: '1', name: 'Here' }, answer: 'duplicate' },
  { written: 'an account that is not known now', current: undefined, answer: 'duplicate' },
  { written: 'another account', current: { id: '2', name: 'Elsewhere' }, answer: 'queued' },
])('a redelivery of a call that was written to $written is $answer', async ({ current, answer }) => {
  const [id, crm] = [`cll_${randomUUID()}`, randomUUID()];
  await enqueue(queue, event(id), 1);
  await complete();
  const account = { id: '1', name: 'Here' };
  const digest = contentDigest(event(id));
  const entry = { digest, receivedAt: 1, syncedAt: 2, crm, account, records: {}, skippedFields: [] };
  await openLedger(redis, crm).write(new Map([[id, entry]]));
  if (current) await openAccounts(redis, crm).setCurrent(current);
  await enqueue(queue, event(id), 3, [crm]);
  expect(await queue.getWaitingCount()).toBe(answer === 'queued' ? 1 : 0);
});

test('a redelivery of an earlier version keeps its place before the later one, however often it comes', async () => {
  const [id, crm] = [`cll_${randomUUID()}`, randomUUID()];
  const receivedAt = Date.now() - 60_000;
  await enqueue(queue, event(id), receivedAt, [crm]);
  for (const copies of [1, 1, 3]) {
    await complete();
    const redeliveries = Array.from({ length: copies }, () => enqueue(queue, event(id), Date.now(), [crm]));
    expect(await Promise.all(redeliveries)).not.toContain('queued');
    const jobs = await queue.getWaiting();
    expect(jobs.map(({ data }) => data.receivedAt)).toEqual([receivedAt]);
  }
});

/** A connection of a process that is killed before it sends this command, counted from 1. */
async function connectionEndingBefore(nth: number) {
  const connection = connectProducer({ nodes: [process.env.REDIS_URL!] });
  await new Promise((ready) => connection.once('ready', ready));
  const send = connection.sendCommand.bind(connection);
  let sent = 0;
  connection.sendCommand = (...args) => {
    sent += 1;
    if (sent >= nth) connection.disconnect();
    return send(...args);
  };
  return connection;
}

test('it keeps its place, and is stored once, whenever the process that stores it is killed', async () => {
  const crm = randomUUID();
  const receivedAt = Date.now() - 60_000;
  let isStored = false;
  let nth = 0;
  while (!isStored) {
    const id = `cll_${randomUUID()}`;
    await enqueue(queue, event(id), receivedAt, [crm]);
    await complete();
    nth += 1;
    const connection = await connectionEndingBefore(nth);
    const killed = openQueue(connection, queue.name);
    killed.on('error', () => {});
    const stored = enqueue(killed, event(id), Date.now(), [crm]);
    isStored = await stored.then(
      () => true,
      () => false,
    );
    await killed.close();
    connection.disconnect();
    expect(await enqueue(queue, event(id), Date.now(), [crm])).not.toBe('queued');
    const [job, ...others] = await queue.getWaiting();
    expect([nth, job!.data.receivedAt, others]).toEqual([nth, receivedAt, []]);
    await complete();
  }
  expect(nth).toBeGreaterThan(4);
});

test('a redelivery that an operator waits for is taken, once', async () => {
  const [id, crm] = [`cll_${randomUUID()}`, randomUUID()];
  await enqueue(queue, event(id), 1);
  await complete();
  const digest = contentDigest(event(id));
  const entry = { digest, receivedAt: 1, syncedAt: 2, crm, records: {}, skippedFields: [] };
  await openLedger(redis, crm).write(new Map([[id, entry]]));
  await awaitDeliveries(redis, [id]);
  expect(await enqueue(queue, event(id), 3, [crm])).toBe('queued');
  const [job] = await queue.getPrioritized();
  expect(job!.data).toMatchObject({ rewrite: true, receivedAt: 3 });
  expect(await enqueue(queue, event(id), 4, [crm])).toBe('duplicate');
});

test('a producer whose Redis is not there rejects within seconds', async () => {
  const nowhere = connectProducer({ nodes: ['redis://127.0.0.1:1'] });
  nowhere.on('error', () => {});
  const orphan = openQueue(nowhere, `test-${randomUUID()}`);
  orphan.on('error', () => {});
  const started = Date.now();
  await expect(enqueue(orphan, event('cll_1'), 1)).rejects.toThrow();
  expect(Date.now() - started).toBeLessThan(3_000);
  nowhere.disconnect();
  await orphan.close();
});
