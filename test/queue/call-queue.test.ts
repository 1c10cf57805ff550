/** What a waiting call holds in Redis, and that a worker treats it alike in both forms. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Job, UnrecoverableError } from 'bullmq';
import { EVENT_KINDS } from '../../bench/event-kinds.ts';
import { type CallEvent, parseEvent } from '../../src/altur/event.ts';
import { ATTEMPTS } from '../../src/queue/call-queue.ts';
import { decode, type JobData, type StoredForm } from '../../src/queue/job.ts';
import { type CallQueue, enqueue, enqueueAgain, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, KEY_PREFIX, type RedisClient } from '../../src/queue/redis.ts';
import { PacedWorker } from '../../src/worker/paced-worker.ts';
import { anyCall } from '../calls.ts';
import { until } from '../e2e/service-process.ts';

let redis: RedisClient;
let queue: CallQueue;
let form: StoredForm;

beforeEach(() => {
  redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
  form = 'compact';
  queue = openQueue(redis, `test-${randomUUID()}`, () => form === 'compact');
});
afterEach(async () => {
  await queue.obliterate({ force: true });
  await queue.close();
  redis.disconnect();
});

const call = (index: number) => anyCall(index) as unknown as CallEvent;

async function storedOptions(): Promise<unknown[]> {
  const ids = await queue.getRanges(['wait', 'prioritized'], 0, -1);
  const stored = await Promise.all(ids.map((id) => redis.hget(queue.toKey(id), 'opts')));
  return stored.map((json) => JSON.parse(json!));
}

const deduplication = { id: expect.stringMatching(/^cll_/), ttl: expect.any(Number) };

test('of the options only those are stored that not every job has', async () => {
  await enqueue(queue, call(1), 1);
  await enqueueAgain(queue, { event: call(2), receivedAt: 2 });
  expect(await storedOptions()).toEqual([{ de: deduplication }, { priority: 1 }]);
});

test('in the plain form all of them are: up to schema 2 they were taken from there', async () => {
  form = 'plain';
  await enqueue(queue, call(1), 1);
  expect(await storedOptions()).toEqual([
    {
      ...{
        de: deduplication,
        jobId: expect.stringMatching(/^cll_/),
        attempts: 15,
        backoff: { type: 'custom' },
      },
      ...{ removeOnComplete: true, removeOnFail: false },
    },
  ]);
  const [job] = await queue.getWaiting();
  expect(job!.data.event).toEqual(call(1));
});

describe.each<StoredForm>(['plain', 'compact'])(
  'a worker treats a job in the %s form as all others',
  (each) => {
    async function worked(process: (job: Job<JobData>) => Promise<string>, isDone: () => Promise<boolean>) {
      const worker = new PacedWorker<string>(queue.name, process, {
        ...{ connection: redis, prefix: KEY_PREFIX },
        settings: { backoffStrategy: () => 1 },
      });
      await until(isDone, 'the job is done');
      await worker.close();
    }

    beforeEach(async () => {
      form = each;
      await enqueue(queue, call(1), 1);
    });

    test('completed, it is gone', async () => {
      const seen: unknown[] = [];
      await worked(
        async (job) => `${seen.push(decode(job.data).event)}`,
        async () =>
          seen.length === 1 && (await redis.exists(queue.toKey('completed'), queue.toKey('active'))) === 0,
      );
      expect(seen).toEqual([call(1)]);
      expect(await redis.keys(queue.toKey('cll_*'))).toEqual([]);
    });

    test('failing, it is tried as often, by the backoff of the worker, and kept', async () => {
      let attempts = 0;
      await worked(
        async () => {
          attempts += 1;
          throw new Error('the record is locked');
        },
        async () => (await queue.getFailedCount()) === 1,
      );
      expect(attempts).toBe(ATTEMPTS);
      const [job] = await queue.getFailed();
      expect(decode(job!.data).event).toEqual(call(1));
    });

    test('failing for good, it is kept, and can be retried', async () => {
      await worked(
        async () => {
          throw new UnrecoverableError('rejected');
        },
        async () => (await queue.getFailedCount()) === 1,
      );
      await (await queue.getFailed())[0]!.retry('failed', { resetAttemptsMade: true });
      await worked(
        async () => 'synced',
        async () =>
          (await redis.exists(queue.toKey('wait'), queue.toKey('active'), queue.toKey('failed'))) === 0,
      );
      expect(await redis.keys(queue.toKey('cll_*'))).toEqual([]);
    });
  },
);

describe('in Redis a waiting event takes', () => {
  /** Memory of its job and of what recognises its redelivery, over its JSON. */
  async function ratio(kind: number, bytes: number): Promise<number> {
    let [json, memory] = [0, 0];
    for (let index = 0; index < 20; index++) {
      const parsed = parseEvent(EVENT_KINDS[kind]!.make(bytes));
      if (parsed.kind !== 'call') throw new Error('no event');
      json += Buffer.byteLength(JSON.stringify(parsed.event));
      await enqueue(queue, parsed.event, index);
    }
    const ids = await queue.getRanges(['wait'], 0, -1);
    const keys = ids.flatMap((id) => [
      queue.toKey(id),
      queue.toKey(`de:${id.slice(0, id.lastIndexOf('~'))}`),
    ]);
    for (const key of [...keys, queue.toKey('wait')])
      memory += Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
    expect(keys).toHaveLength(40);
    return memory / json;
  }

  test.each(EVENT_KINDS.map(({ name }, kind) => [name, kind] as const))(
    'at most 1.3 times its JSON of 1.4 KB, and half of one of 20 KB: %s',
    async (_, kind) => {
      expect(await ratio(kind, 1_400)).toBeLessThan(1.3);
      await queue.obliterate({ force: true });
      expect(await ratio(kind, 20_000)).toBeLessThan(0.5);
    },
  );

  test('in the plain form it takes more', async () => {
    form = 'plain';
    expect(await ratio(0, 1_400)).toBeGreaterThan(1.7);
  });
});
