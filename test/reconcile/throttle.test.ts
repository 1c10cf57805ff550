/** What a long run waits for before it stores its next group. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Usage } from '../../connectors/connector.ts';
import { type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { openReconciledRequests } from '../../src/reconcile/reconciled-requests.ts';
import { Throttle, type ThrottleParts } from '../../src/reconcile/throttle.ts';
import { until } from '../e2e/service-process.ts';

let redis: RedisClient;
let queue: CallQueue;
let waits: string[];
let usage: Usage | undefined;

beforeEach(() => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  waits = [];
  usage = undefined;
});
afterEach(async () => {
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

const { signal } = new AbortController();
const timing = { queueEveryMs: 10, quotaEveryMs: 10 };
const throttleOf = (parts: Partial<ThrottleParts> = {}) =>
  new Throttle({
    ...{ queue, share: 0.2, batchSize: 100, timing },
    usage: async () => usage,
    spent: async () => ({ calls: 0, requests: 0 }),
    onWait: (reason) => void (reason !== undefined && waits.push(reason)),
    ...parts,
  });

test('the next group waits until the former one has left the queue', async () => {
  const throttle = throttleOf();
  await throttle.turn(signal);
  await enqueue(queue, { event_type: 'on_call_end', id: 'cll_first' }, 1);
  await throttle.stored(['cll_first']);
  let isOver = false;
  const turn = throttle.turn(signal).then(() => {
    isOver = true;
  });
  await until(() => waits.length > 1, 'it has looked twice');
  expect(isOver).toBe(false);
  await queue.drain();
  await turn;
  expect(waits.at(-1)).toBe('the former group is in the queue');
});

test('its requests stay within its share of a day, and leave live calls the rest', async () => {
  usage = { used: 0, limit: 1_000 };
  let requests = 199;
  const throttle = throttleOf({ spent: async () => ({ calls: 5_000, requests }) });
  const turn = throttle.turn(signal);
  await until(() => waits.length > 0, 'it waits');
  expect(waits[0]).toBe('199 requests in 24 hours are its share (20 %) of the CRM’s 1000 a day');
  requests = 100;
  await turn;
  usage = { used: 800, limit: 1_000 };
  const second = throttle.turn(signal);
  await until(() => waits.at(-1)!.startsWith('800 of the CRM’s 1000'), 'it waits for live calls');
  usage = { used: 10, limit: 1_000 };
  await second;
});

test('what is used up is asked of the CRM again by one group, after a while', async () => {
  usage = { used: 900, limit: 1_000 };
  await throttleOf({ timing: { ...timing, probeMs: 50 } }).turn(signal);
  expect(waits.length).toBeGreaterThan(0);
});

test('groups are as far apart as its share of the burst takes', async () => {
  usage = { used: 0, limit: 1_000_000, burst: { limit: 100, perMs: 1_000 } };
  const throttle = throttleOf({ spent: async () => ({ calls: 100, requests: 8 }) });
  await throttle.stored(Array.from({ length: 100 }, (_, index) => `cll_${index}`));
  const began = Date.now();
  await throttle.turn(signal);
  // Eight requests, of twenty a second.
  expect(Date.now() - began).toBeGreaterThanOrEqual(395);
});

test('who stops does not wait', async () => {
  usage = { used: 900, limit: 1_000 };
  const stopping = new AbortController();
  const turn = throttleOf().turn(stopping.signal);
  await until(() => waits.length > 0, 'it waits');
  stopping.abort();
  await expect(turn).rejects.toThrow(/abort/i);
});

test('what reconciled calls cost is added up over the hours of a day', async () => {
  const counts = openReconciledRequests(redis, randomUUID());
  await counts.add({ calls: 100, requests: 7.5 });
  await counts.add({ calls: 20, requests: 1 });
  expect(await counts.read()).toEqual({ calls: 120, requests: 8.5 });
  expect(await counts.read(Date.now() + 25 * 3_600_000)).toEqual({ calls: 0, requests: 0 });
});
