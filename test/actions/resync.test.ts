/** Where a call is written again from; with a real queue. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ResyncParts, resyncCalls } from '../../src/actions/resync.ts';
import { AlturApiError } from '../../src/altur/api-error.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { decode } from '../../src/queue/job.ts';
import { BEHIND_LIVE_CALLS, type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { recordingLog } from '../recording-log.ts';

let redis: RedisClient;
let queue: CallQueue;
let log: ReturnType<typeof recordingLog>;
let awaited: string[];

beforeEach(() => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  log = recordingLog();
  awaited = [];
});
afterEach(async () => {
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

const eventOf = (id: string, fields: object = {}) =>
  ({ event_type: 'on_call_end', id, ...fields }) as CallEvent;
const parts = (changes: Partial<ResyncParts> = {}): ResyncParts => ({
  queue,
  log,
  actor: { by: 'command line' },
  awaitDeliveries: async (callIds) => void awaited.push(...callIds),
  ...changes,
});
const results = async (callIds: readonly string[], changes: Partial<ResyncParts> = {}) =>
  (await resyncCalls(parts(changes), callIds)).map(({ callId, result }) => [callId, result]);

/** Makes the one job of the queue a dead letter. */
async function makeDead(): Promise<void> {
  const { Worker } = await import('bullmq');
  const worker = new Worker(queue.name, null, {
    connection: redis,
    prefix: '{altur}',
    skipVersionCheck: true,
  });
  const job = await worker.getNextJob('token');
  await job!.moveToFailed(new Error('rejected'), 'token', false);
  if (!(await job!.isFailed())) throw new Error('the job was to be retried');
  await worker.close();
}

test('a call that waits is on its way; a dead letter is put back, once; the rest is impossible and awaited', async () => {
  await enqueue(queue, eventOf('cll_dead'), 1);
  const [job] = await queue.getWaiting();
  await redis.hset(queue.toKey(job!.id!), 'opts', JSON.stringify({ ...job!.opts, attempts: 1 }));
  await makeDead();
  await enqueue(queue, eventOf('cll_waiting'), 1);
  expect(await results(['cll_waiting', 'cll_dead', 'cll_gone', 'cll_dead'])).toEqual([
    ['cll_waiting', 'on-its-way'],
    ['cll_dead', 'dead-letter-retried'],
    ['cll_gone', 'impossible'],
  ]);
  expect((await queue.getPrioritized()).map(({ id }) => id)).toEqual([job!.id]);
  expect(awaited).toEqual(['cll_gone']);
});

test('the latest event of the last hour is queued again behind the live calls, past the deduplication', async () => {
  await enqueue(queue, eventOf('cll_1', { duration: 2 }), 2);
  const [delivered] = await queue.getWaiting();
  await delivered!.remove();
  const recentEvents = {
    list: async () => [
      { event: eventOf('cll_1', { duration: 2 }), receivedAt: 2 },
      { event: eventOf('cll_1', { duration: 1 }), receivedAt: 1 },
    ],
  };
  expect(await results(['cll_1'], { recentEvents })).toEqual([['cll_1', 'from-recent-event']]);
  const [job] = await queue.getPrioritized();
  expect(job!.priority).toBe(BEHIND_LIVE_CALLS);
  expect(decode(job!.data)).toMatchObject({ event: { duration: 2 }, receivedAt: 2, rewrite: true });
  // The second time it is on its way.
  expect(await results(['cll_1'], { recentEvents })).toEqual([['cll_1', 'on-its-way']]);
});

/** Altur's API with an answer for each request. */
function altur(answer: (callId: string) => AlturApiError | undefined) {
  const asked: string[] = [];
  const readCall = async (callId: string) => {
    asked.push(callId);
    const error = answer(callId);
    if (error) throw error;
    return eventOf(callId, { transcript_unavailable: true });
  };
  return { asked, readCall };
}
const busy = () => new AlturApiError('busy', { code: 'ALTUR_UNAVAILABLE', retryAfterMs: 1 });

test('a call that Altur does not know stops no other one', async () => {
  const unknown = new AlturApiError('unknown', { code: 'ALTUR_CALL_UNKNOWN' });
  const api = altur((callId) => (callId === 'cll_1' ? unknown : undefined));
  expect(await results(['cll_1', 'cll_2'], { altur: api })).toEqual([
    ['cll_1', 'impossible'],
    ['cll_2', 'from-altur'],
  ]);
});

test('a call from Altur says whether it has a transcript', async () => {
  const readCall = async (id: string) =>
    eventOf(id, id === 'cll_1' ? { transcript: [] } : { transcript_unavailable: true });
  expect(await resyncCalls(parts({ altur: { readCall } }), ['cll_1', 'cll_2'])).toEqual([
    { callId: 'cll_1', result: 'from-altur', hasTranscript: true },
    { callId: 'cll_2', result: 'from-altur', hasTranscript: false },
  ]);
});

test('an API that is down is asked for three calls, and not for the others', async () => {
  const api = altur(busy);
  const ids = ['cll_1', 'cll_2', 'cll_3', 'cll_4', 'cll_5'];
  expect(await results(ids, { altur: api })).toEqual(ids.map((id) => [id, 'impossible']));
  expect(api.asked).toEqual(['cll_1', 'cll_2', 'cll_3']);
});

test('the audit and the history name the calls that are written again', async () => {
  const recorded: string[] = [];
  const api = altur((callId) => (callId === 'cll_2' ? busy() : undefined));
  await resyncCalls(parts({ altur: api, record: async (callIds) => void recorded.push(...callIds) }), [
    'cll_1',
    'cll_2',
  ]);
  expect(recorded).toEqual(['cll_1']);
  expect(log.entries.map(({ fields }) => fields)).toEqual([
    { action: 'resync', by: 'command line', calls: 1, callIds: ['cll_1'] },
  ]);
});
