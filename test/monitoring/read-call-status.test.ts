/** Where a call is, from a real queue, ledger and history. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CrmError } from '../../connectors/connector.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import type { CallUpdate } from '../../src/monitoring/call-history.ts';
import { openCallHistory } from '../../src/monitoring/call-history-store.ts';
import { findCalls } from '../../src/monitoring/find-calls.ts';
import { type CallStatusParts, readCallStatus } from '../../src/monitoring/read-call-status.ts';
import { openRefusedDeliveries } from '../../src/monitoring/refused-deliveries.ts';
import type { RunningProcess } from '../../src/monitoring/running-processes.ts';
import { type LedgerEntry, openLedger } from '../../src/queue/ledger.ts';
import { openPauseNotice } from '../../src/queue/pause-notice.ts';
import { BEHIND_LIVE_CALLS, type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import type { JobDecision } from '../../src/worker/job-decision.ts';
import { type RunningWorker, startWorker } from '../../src/worker/worker.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;
let queue: CallQueue;
let worker: RunningWorker | undefined;
let parts: CallStatusParts;
let workersAlive: number;

const WORKER = { id: '1', role: 'worker', host: 'h', pid: 1, version: '0', startedAt: 0 } as RunningProcess;
const account = { id: '77', name: 'Portal', url: 'https://app.example' };

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  redis = connectWorker({ nodes: [server.url] });
  await redis.flushall();
  queue = openQueue(redis, `test-${randomUUID()}`);
  workersAlive = 1;
  parts = {
    queue,
    redis,
    crms: ['hubspot', 'salesforce'],
    history: openCallHistory(redis),
    refused: openRefusedDeliveries(redis),
    runningProcesses: async () => Array.from({ length: workersAlive }, () => WORKER),
    recordUrl: async (crm, { url }, object, id) =>
      object === 'task' ? undefined : `${url}/${crm}/${object}/${id}`,
  };
});
afterEach(async () => {
  await worker?.close(5_000);
  worker = undefined;
  await queue.close();
  redis.disconnect();
});
afterAll(() => server.stop());

const receivedAt = Date.now() - 5_000;
const event = (id: string, fields: object = {}) =>
  ({ event_type: 'on_call_end', id, ...fields }) as CallEvent;
const deliver = (id: string, at = receivedAt, fields: object = {}) => enqueue(queue, event(id, fields), at);
const status = (id = 'cll_one') => readCallStatus(parts, id);

/** A worker whose attempts end as in `script`; afterwards nothing is taken any more. */
function work(...script: (JobDecision | Error)[]): void {
  worker = startWorker({
    connection: redis,
    queue,
    connector: { name: 'memo', batchSize: 1, maxInFlight: 1 } as unknown as Parameters<
      typeof startWorker
    >[0]['connector'],
    pauseNotice: openPauseNotice(redis),
    log: recordingLog(),
    concurrencyKeys: ({ event: { id } }) => [id],
    mayTakeJobs: () => script.length > 0,
    async sync(deliveries) {
      const next = script.shift();
      if (next instanceof Error) throw next;
      return deliveries.map(() => next!);
    },
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}

const entry = (fields: Partial<LedgerEntry> = {}): LedgerEntry => ({
  digest: 'other',
  receivedAt,
  syncedAt: receivedAt + 900,
  crm: 'hubspot',
  records: { person: '1', call: '2', tasks: { 'cll_one:later': '3' } },
  skippedFields: [],
  ...fields,
});
const write = (fields: Partial<LedgerEntry> = {}) =>
  openLedger(redis, 'hubspot').write(new Map([['cll_one', entry(fields)]]));

describe('a call that waits', () => {
  test('has a position, and says how many wait, since when, and how many workers are alive', async () => {
    for (const [index, id] of ['cll_zero', 'cll_one', 'cll_two'].entries())
      await deliver(id, receivedAt + index);
    const oldest = await status('cll_zero');
    expect(oldest.waiting).toMatchObject({ position: 1, waiting: 3, workersAlive: 1 });
    expect(oldest.waiting!.oldestWaitingSince).toBeGreaterThan(receivedAt);
    expect(await status()).toMatchObject({
      state: 'queued',
      receivedAt: receivedAt + 1,
      waiting: { position: 2 },
    });
    workersAlive = 0;
    expect(await status('cll_two')).toMatchObject({ waiting: { position: 3, workersAlive: 0 } });
  });

  test('behind the live ones has its position behind them', async () => {
    await deliver('cll_one');
    await deliver('cll_two');
    const [first] = await queue.getWaiting();
    expect(first!.data.event!.id).toBe('cll_one');
    await first!.changePriority({ priority: BEHIND_LIVE_CALLS });
    expect(await status('cll_two')).toMatchObject({ state: 'queued', waiting: { position: 1, waiting: 2 } });
    expect(await status('cll_one')).toMatchObject({ state: 'queued', waiting: { position: 2, waiting: 2 } });
  });

  test('for the CRM says why, and until when', async () => {
    await deliver('cll_one');
    work(new CrmError('unauthorized', 'the token is not valid', { code: 'TOKEN_INVALID' }));
    await until(async () => (await openPauseNotice(redis).read()) !== undefined);
    await until(async () => (await status()).state === 'queued');
    const { waiting } = await status();
    expect(waiting!.pause).toMatchObject({ code: 'TOKEN_INVALID', reason: 'the token is not valid' });
    expect(waiting!.pause!.until).toBeGreaterThan(Date.now());
  });
});

test('a call that is tried again says which attempt it was, why, and when the next is', async () => {
  await deliver('cll_one');
  work({ action: 'retry', code: 'RECORD_BUSY', reason: 'the record is locked' });
  await until(async () => (await status()).state === 'retrying');
  const { retry, cause } = await status();
  expect(retry).toMatchObject({ attempts: 1, of: 15 });
  expect(retry!.nextAt).toBeGreaterThan(Date.now() - 1_000);
  expect(retry!.nextAt).toBeLessThan(Date.now() + 1_100);
  expect(cause).toEqual({ code: 'RECORD_BUSY', reason: 'the record is locked', fix: 'Nothing to do.' });
});

test('a dead letter says what is rejected and what to do', async () => {
  await deliver('cll_one');
  work({
    action: 'fail',
    code: 'FIELD_REJECTED',
    reason: 'email is not valid',
    object: 'person',
    fields: ['email'],
  });
  await until(async () => (await status()).state === 'dead-letter');
  expect((await status()).cause).toEqual({
    code: 'FIELD_REJECTED',
    reason: 'email is not valid',
    object: 'person',
    fields: ['email'],
    fix: 'Fix the field in the CRM or the mapping, then `altur-crm-sync failed retry`.',
  });
  // A later version was written: what became of this one matters no more.
  await write({ receivedAt: receivedAt + 1 });
  expect(await status()).toMatchObject({ state: 'synced' });
});

describe('a call that was written', () => {
  test('has links to its records, and the account that holds them', async () => {
    await write({
      account,
      unassigned: 'NO_MATCH',
      note: 'nobody matched',
      skippedFields: [{ object: 'call', field: 'x', code: 'FIELD_MISSING', reason: 'no such field' }],
    });
    expect(
      await readCallStatus({ ...parts, account: async () => ({ ...account, id: '78' }) }, 'cll_one'),
    ).toEqual({
      callId: 'cll_one',
      state: 'synced',
      receivedAt,
      duplicates: 0,
      synced: {
        at: receivedAt + 900,
        crm: 'hubspot',
        account,
        isOtherAccount: true,
        records: [
          { object: 'person', id: '1', url: 'https://app.example/hubspot/person/1' },
          { object: 'call', id: '2', url: 'https://app.example/hubspot/call/2' },
          { object: 'task', id: '3', key: 'cll_one:later' },
        ],
        skippedFields: [{ object: 'call', field: 'x', code: 'FIELD_MISSING', reason: 'no such field' }],
        unassigned: 'NO_MATCH',
        note: 'nobody matched',
      },
      timeline: [],
    });
  });

  test('by an earlier version of this service has no links, and no harm is done', async () => {
    await write();
    const { synced } = await status();
    expect(synced).not.toHaveProperty('account');
    expect(synced!.records[0]).toEqual({ object: 'person', id: '1' });
  });

  test('and changed since, is about the changed version, with the records of the earlier one', async () => {
    await write();
    await deliver('cll_one', receivedAt + 2_000);
    expect(await status()).toMatchObject({
      state: 'queued',
      receivedAt: receivedAt + 2_000,
      synced: { crm: 'hubspot' },
    });
  });
});

describe('a call that the mapping skipped', () => {
  const skippedBy = 'calls, rule 1: { outcome: voicemail, do: skip }';

  test('says by which rule', async () => {
    await write({ records: {}, skippedBy, skippedAt: receivedAt + 5 });
    const found = await status();
    expect(found).toMatchObject({ state: 'skipped', skippedBy });
    expect(found).not.toHaveProperty('synced');
  });

  test('after an earlier version was written, still says where that is', async () => {
    await write({ skippedBy, skippedAt: receivedAt + 5 });
    expect(await status()).toMatchObject({ state: 'skipped', synced: { records: [{ id: '1' }, {}, {}] } });
  });
});

describe('a call that is in the history alone', () => {
  const add = (...updates: CallUpdate[]) => openCallHistory(redis).add(updates);
  const received: CallUpdate = {
    callId: 'cll_one',
    version: receivedAt,
    entry: { at: receivedAt, event: 'received' },
  };

  test('was removed from the queue by hand, which is said', async () => {
    await add(received);
    expect(await status()).toMatchObject({
      state: 'dead-letter',
      receivedAt,
      cause: { code: 'JOB_GONE', fix: expect.stringContaining('deliver it again') },
    });
  });

  test('was discarded by an operator, which is said', async () => {
    const entry = { at: receivedAt + 1, event: 'discarded-by-operator', code: 'DISCARDED' } as const;
    await add(received, { callId: 'cll_one', outcome: 'dead-letter', entry });
    expect(await status()).toMatchObject({ state: 'dead-letter', cause: { code: 'DISCARDED' } });
  });

  test('was synced longer ago than the ledger remembers', async () => {
    const entry = { at: receivedAt + 1, event: 'synced' } as const;
    await add(received, { callId: 'cll_one', version: receivedAt, outcome: 'synced', entry });
    expect(await status()).toMatchObject({
      state: 'synced',
      timeline: [{ event: 'received' }, { event: 'synced' }],
    });
  });
});

test('a call that never arrived is unknown, and refused deliveries that claimed its id are counted', async () => {
  expect(await status()).toEqual({ callId: 'cll_one', state: 'unknown', duplicates: 0, timeline: [] });
  const refused = openRefusedDeliveries(redis);
  await refused.add('cll_one', 5);
  await refused.add('cll_two', 6);
  await refused.add('cll_one', 7);
  expect(await status()).toMatchObject({ state: 'unknown', refused: { count: 2, lastAt: 7 } });
  for (let index = 0; index < 1_200; index++) await refused.add(`cll_${index}x`, index);
  expect(await redis.llen('{altur}:refused')).toBe(1_000);
});

test('a call that moves between the places where it is looked for is found', async () => {
  let looks = 0;
  const moving = Object.create(queue, {
    getBackend: {
      value: () => ({
        getRanges: async (states: readonly string[]) => {
          looks += 1;
          // It was taken before it is looked for in the queue, and is written after the ledger was read.
          if (looks === 2) await write();
          return states.map(() => []);
        },
      }),
    },
  }) as CallQueue;
  expect(await readCallStatus({ ...parts, queue: moving }, 'cll_one')).toMatchObject({ state: 'synced' });
  expect(looks).toBe(2);
});

test.each([
  { digest: 'written', state: 'synced' },
  { digest: 'an earlier version', state: 'being-written' },
])(
  'a job that is taken is being written until the ledger has its version: it has $digest',
  async ({ digest, state }) => {
    await write({ digest });
    const active = Object.create(queue, {
      getBackend: {
        value: () => ({
          getRanges: async (states: readonly string[]) =>
            states.map((each) => (each === 'active' ? ['cll_one~1'] : [])),
        }),
      },
      getJob: { value: async () => ({ data: { digest: 'written', receivedAt } }) },
    }) as CallQueue;
    expect((await readCallStatus({ ...parts, queue: active }, 'cll_one')).state).toBe(state);
  },
);

test('a call that is open in the history, and in the ledger, is listed as what it became', async () => {
  const names = { ofId: (id: string) => id, ofPhone: () => undefined };
  await openCallHistory(redis).add([
    { callId: 'cll_one', version: receivedAt, entry: { at: receivedAt, event: 'received' } },
    { callId: 'cll_two', version: receivedAt, entry: { at: receivedAt, event: 'received' } },
  ]);
  await write({ unassigned: 'NO_MATCH' });
  const find = (search: object) =>
    findCalls({ ...parts, history: openCallHistory(redis), names }, { limit: 9, ...search });
  expect(await find({ callId: 'cll_one' })).toMatchObject([{ outcome: 'synced', unassigned: 'NO_MATCH' }]);
  expect(await find({ outcome: 'queued' })).toMatchObject([{ callId: 'cll_two', outcome: 'queued' }]);
  expect(await find({ phone: 'no number' })).toEqual([]);
});

test('a call that an operator wanted written again, of which nothing more was said, is listed as what the ledger has', async () => {
  const names = { ofId: (id: string) => id, ofPhone: () => undefined };
  const history = openCallHistory(redis);
  await history.add([
    { callId: 'cll_one', version: receivedAt, entry: { at: receivedAt, event: 'received' } },
    {
      callId: 'cll_one',
      outcome: 'queued',
      entry: { at: Date.now() + 60_000, event: 'resynced-by-operator' },
    },
  ]);
  await write({});
  expect(await findCalls({ ...parts, history, names }, { limit: 9 })).toMatchObject([{ outcome: 'synced' }]);
  const later = receivedAt + 120_000;
  await history.add([{ callId: 'cll_one', version: later, entry: { at: later, event: 'received' } }]);
  expect(await findCalls({ ...parts, history, names }, { limit: 9 })).toMatchObject([{ outcome: 'queued' }]);
});
