/** How calls are stored whose webhooks never came. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { enqueueReconciled } from '../../src/queue/enqueue-reconciled.ts';
import { decode } from '../../src/queue/job.ts';
import { BEHIND_LIVE_CALLS, type CallQueue, findJobs, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';

let redis: RedisClient;
let queue: CallQueue;

beforeEach(() => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  queue = openQueue(redis, `test-${randomUUID()}`);
});
afterEach(async () => {
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

const call = (id: string) => ({
  event: { event_type: 'on_call_end', id, read_from_api: true } as CallEvent,
  receivedAt: 7,
  absentAt: 8,
});
const group = ['cll_one', 'cll_two', '12345'].map(call);
const jobs = () => queue.getJobs(['wait', 'prioritized', 'delayed']);

test('a group is stored behind the live calls, marked, and found by its call ids', async () => {
  await enqueueReconciled(queue, group);
  const [stored] = await jobs();
  expect(stored!.opts).toMatchObject({ priority: BEHIND_LIVE_CALLS });
  const delivery = decode(stored!.data);
  expect(delivery).toMatchObject({ receivedAt: 7, absentAt: 8, reconciled: true });
  expect(delivery.rewrite).toBeUndefined();
  const found = await findJobs(
    queue,
    group.map(({ event }) => event.id),
  );
  expect([...found.values()].map((each) => each.length)).toEqual([1, 1, 1]);
});

test('stored again after a restart in the middle, nothing is there twice', async () => {
  await enqueueReconciled(queue, group.slice(0, 2));
  await enqueueReconciled(queue, group);
  await enqueueReconciled(queue, group);
  expect(await jobs()).toHaveLength(3);
});

test('what an interrupted try left behind does not keep a call out of the queue', async () => {
  await enqueueReconciled(queue, group);
  const [left] = await jobs();
  // BullMQ's script is not atomic: the data is there, the job in no list.
  await redis.zrem(queue.toKey('prioritized'), left!.id!);
  expect(await jobs()).toHaveLength(2);
  await enqueueReconciled(queue, group);
  expect(await jobs()).toHaveLength(3);
});
