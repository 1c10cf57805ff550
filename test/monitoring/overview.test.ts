/** The overview, of a queue with calls in every state. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { BufferedCounters } from '../../src/monitoring/buffered-counters.ts';
import { DeadLetterGroups } from '../../src/monitoring/dead-letter-groups.ts';
import { openMinuteCounts } from '../../src/monitoring/minute-counts.ts';
import { type OverviewParts, readOverview } from '../../src/monitoring/overview.ts';
import { openRunningProcesses, type RunningProcess } from '../../src/monitoring/running-processes.ts';
import { openSkippedFields } from '../../src/monitoring/skipped-fields.ts';
import type { JobCause } from '../../src/queue/job-cause.ts';
import { causeId } from '../../src/queue/job-cause.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;
let queue: CallQueue;
let parts: OverviewParts;

beforeEach(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  const counters = new BufferedCounters(redis, recordingLog());
  parts = {
    version: '1.2.3',
    crm: 'hubspot',
    queue,
    redis,
    pauseNotice: openPauseNotice(redis),
    processes: openRunningProcesses(redis),
    minuteCounts: openMinuteCounts(redis, counters),
    skippedFields: openSkippedFields(redis, counters),
    deadLetterGroups: new DeadLetterGroups(queue, redis),
    findCalls: async ({ limit }) => [
      { callId: `the last ${limit}`, outcome: 'synced', receivedAt: 1, updatedAt: 2 },
    ],
    redisMemoryUsed: () => 0.25,
  };
});
afterEach(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

const HOUR = 3_600_000;

async function deliver(callId: string, receivedAt = Date.now()): Promise<string> {
  await enqueue(queue, { event_type: 'on_call_end', id: callId } as CallEvent, receivedAt);
  const [jobId] = await redis.lrange(queue.toKey('wait'), 0, 0);
  // BullMQ stamps a job when it is added.
  await redis.hset(queue.toKey(jobId!), 'timestamp', receivedAt);
  return jobId!;
}

/** Moves a waiting job to the dead letters, with what the worker stores. */
async function bury(jobId: string, cause: JobCause, at = Date.now(), reason = cause.reason): Promise<void> {
  await redis
    .pipeline()
    .lrem(queue.toKey('wait'), 1, jobId)
    .hset(queue.toKey(jobId), { progress: JSON.stringify(cause), failedReason: reason, finishedOn: at })
    .zadd(queue.toKey('failed'), at, jobId)
    .exec();
}

const worker = (fields: Partial<RunningProcess> = {}): RunningProcess => ({
  id: 'w1',
  role: 'worker',
  host: 'h',
  pid: 1,
  version: '1.2.3',
  startedAt: 1,
  crm: { connected: true },
  ...fields,
});

describe('the queue', () => {
  test('without calls is empty, and nothing waits', async () => {
    const { queue: state } = await readOverview(parts);
    expect(state).toEqual({ waiting: 0, active: 0, retrying: 0, deadLetters: 0 });
  });

  test('counts calls that wait behind the others as waiting', async () => {
    await deliver('cll_first');
    const behind = await deliver('cll_behind');
    await (await queue.getJob(behind))!.changePriority({ priority: 10 });
    await (await queue.getJob(await deliver('cll_third')))!.changePriority({ priority: 10 });
    expect((await readOverview(parts)).queue).toMatchObject({ waiting: 3, retrying: 0 });
  });

  test.each(['next', 'behind the others', 'retrying'])(
    'names the oldest call when it is %s',
    async (place) => {
      const oldest = Date.now() - HOUR;
      const jobId = await deliver('cll_oldest', oldest);
      for (let index = 0; index < 300; index++) await deliver(`cll_newer${index}`);
      const job = (await queue.getJob(jobId))!;
      if (place === 'behind the others') await job.changePriority({ priority: 10 });
      if (place === 'retrying') {
        await redis.lrem(queue.toKey('wait'), 1, jobId);
        await redis.zadd(queue.toKey('delayed'), (Date.now() + HOUR) * 0x1000, jobId);
      }
      expect((await readOverview(parts)).queue.oldestWaitingSince).toBe(oldest);
    },
  );

  test('lets a dead letter wait since it was put back, not since it was received', async () => {
    const retriedAt = Date.now() - 1_000;
    const jobId = await deliver('cll_oldest', Date.now() - 72 * HOUR);
    await (await queue.getJob(jobId))!.updateProgress({ code: 'A_CODE', reason: 'a reason', retriedAt });
    expect((await readOverview(parts)).queue.oldestWaitingSince).toBe(retriedAt);
  });
});

describe('dead letters', () => {
  const missing = {
    code: 'FIELD_REJECTED',
    reason: 'no such option',
    object: 'person',
    fields: ['b', 'a'],
  } as const;

  test('are grouped by code, object and fields; the reason is of the newest', async () => {
    const reordered = { ...missing, fields: ['a', 'b'], reason: 'no such option (2)' };
    await bury(await deliver('cll_one'), missing, 1_000);
    await bury(await deliver('cll_two'), reordered, 2_000);
    await bury(await deliver('cll_three'), { ...missing, object: 'call' }, 3_000);
    expect((await readOverview(parts)).deadLetterGroups).toEqual([
      {
        id: causeId({ ...missing, object: 'call' }),
        ...missing,
        object: 'call',
        count: 1,
        oldestAt: 3_000,
        newestAt: 3_000,
        callIds: ['cll_three'],
      },
      {
        id: causeId(missing),
        ...reordered,
        count: 2,
        oldestAt: 1_000,
        newestAt: 2_000,
        callIds: ['cll_two', 'cll_one'],
      },
    ]);
  });

  test('whose call id is no key of Redis name it all the same', async () => {
    await bury(await deliver('call: 1/2'), missing);
    expect((await readOverview(parts)).deadLetterGroups[0]!.callIds).toEqual(['call: 1/2']);
  });

  test('that no worker has decided on have a code, whatever was stored before', async () => {
    const reason = 'job stalled more than allowable limit';
    await bury(await deliver('cll_lost'), { code: 'ROW_LOCKED', reason: 'locked' }, 1, reason);
    expect((await readOverview(parts)).deadLetterGroups).toMatchObject([{ code: 'CAUSE_UNKNOWN', reason }]);
  });

  test('that were put back are gone from their group; failed again, they have their new cause', async () => {
    const groups = new DeadLetterGroups(queue, redis, 0);
    const jobId = await deliver('cll_again');
    await bury(jobId, missing, 1_000);
    expect(await groups.read()).toMatchObject([{ id: causeId(missing), count: 1 }]);
    await redis.zrem(queue.toKey('failed'), jobId);
    expect(await groups.read()).toEqual([]);
    await bury(jobId, { code: 'OTHER_CAUSE', reason: 'another one' }, 2_000);
    expect(await groups.read()).toMatchObject([{ code: 'OTHER_CAUSE', count: 1 }]);
  });

  test('by the thousand are read once, without their events', async () => {
    const count = 5_000;
    const pipeline = redis.pipeline();
    for (let index = 0; index < count; index++) {
      const jobId = `cll_many${index}~digest~1`;
      const fields = {
        progress: JSON.stringify(missing),
        failedReason: missing.reason,
        data: 'x'.repeat(2_000),
      };
      pipeline.hset(queue.toKey(jobId), fields).zadd(queue.toKey('failed'), 1_000 + index, jobId);
    }
    await pipeline.exec();
    const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))![1]);
    const sentFor = async (groups: DeadLetterGroups) => {
      const before = await sent();
      expect((await groups.read())[0]!.count).toBe(count);
      return (await sent()) - before;
    };
    const uncached = new DeadLetterGroups(queue, redis, 0);
    expect(await sentFor(uncached)).toBeLessThan(count * 400);
    // The list alone.
    expect(await sentFor(uncached)).toBeLessThan(count * 60);
    await sentFor(parts.deadLetterGroups);
    // Answered from the cache.
    expect(await sentFor(parts.deadLetterGroups)).toBeLessThan(20_000);
  });
});

describe('the CRM', () => {
  test('has no worker, or is not connected with the reason, or is ok with its usage', async () => {
    const crm = async () => (await readOverview(parts)).crm;
    expect(await crm()).toEqual({ name: 'hubspot', state: 'no-worker' });
    await parts.processes.set(worker({ id: 'i1', role: 'ingress' }));
    expect((await crm()).state).toBe('no-worker');
    await parts.processes.set(worker({ crm: { connected: false, reason: 'the token is wrong' } }));
    expect(await crm()).toEqual({ name: 'hubspot', state: 'not-connected', reason: 'the token is wrong' });
    const usage = { used: 10, limit: 100 };
    const old = { connected: true, usage: { used: 1, limit: 100 } };
    await parts.processes.set(worker({ id: 'w2', role: 'all', lastActivityAt: 1, crm: old }));
    await parts.processes.set(worker({ lastActivityAt: 2, crm: { connected: true, usage } }));
    expect(await crm()).toEqual({ name: 'hubspot', state: 'ok', usage });
  });

  test('is waited for while the queue is paused, with the code and the time of the next attempt', async () => {
    await parts.processes.set(worker());
    const pause = {
      kind: 'rate_limited',
      code: 'QUOTA',
      reason: 'used up',
      until: Date.now() + 60_000,
    } as const;
    await parts.pauseNotice.set(pause);
    expect((await readOverview(parts)).crm).toEqual({ name: 'hubspot', state: 'waiting', ...pause });
  });
});

test('the overview has the last calls, the version, the processes and the memory', async () => {
  await parts.processes.set(worker());
  const account = { id: '1', name: 'Portal' };
  const overview = await readOverview({ ...parts, account: async () => account });
  expect(overview).toMatchObject({
    version: '1.2.3',
    crm: { account },
    processes: [worker()],
    recent: [{ callId: 'the last 20' }],
    redisMemoryUsed: 0.25,
  });
  expect(overview.minutes).toHaveLength(60);
});
