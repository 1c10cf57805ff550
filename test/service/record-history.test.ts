/** The history is never in the way of events and calls. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { nameOfId, nameOfPhone, personNamer } from '../../src/mapping/person-names.ts';
import type { CallUpdate } from '../../src/monitoring/call-history.ts';
import { openRefusedDeliveries } from '../../src/monitoring/refused-deliveries.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import { HistoryRecorder } from '../../src/service/record-history.ts';
import { refusalRecorder } from '../../src/service/record-refused.ts';
import { type FinalDecision, PERSON_BUSY } from '../../src/worker/job-decision.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let server: RedisServer;
let redis: RedisClient;
beforeAll(async () => {
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const event = (fields: object = {}) => ({ event_type: 'on_call_end', id: 'cll_one', ...fields }) as CallEvent;

function recorder(add: (updates: readonly CallUpdate[]) => Promise<void>) {
  const log = recordingLog();
  return { log, recorder: new HistoryRecorder({ history: { add }, log, personNames: () => ['key:1'] }) };
}

async function decided(decision: FinalDecision): Promise<CallUpdate[]> {
  const updates: CallUpdate[] = [];
  const { recorder: own } = recorder(async (some) => void updates.push(...some));
  const requests = [{ method: 'POST', endpoint: '/calls', status: 200, ms: 5 }];
  own.decided({
    calls: [{ event: event(), digest: 'd', receivedAt: 7 }],
    decisions: [decision],
    requests,
  });
  await own.settle();
  return updates;
}

const cause = { code: 'RECORD_BUSY', reason: 'locked' };

test.each<{ decision: FinalDecision; update: object }>([
  {
    decision: { action: 'complete', summary: 'synced', result: 'synced', unassigned: 'NO_MATCH' },
    update: { outcome: 'synced', unassigned: 'NO_MATCH', entry: { event: 'synced', batchSize: 1 } },
  },
  {
    decision: { action: 'complete', summary: 'skipped', result: 'skipped', skippedBy: 'calls, rule 1' },
    update: { outcome: 'skipped', entry: { event: 'skipped', reason: 'calls, rule 1' } },
  },
  {
    decision: { action: 'retry', ...cause, attempt: 1, of: 15, delayMs: 10_000 },
    update: { outcome: 'retrying', entry: { event: 'retry', ...cause, nextAt: expect.any(Number) } },
  },
  {
    decision: { action: 'delay', ...cause, delayMs: 250 },
    update: { outcome: 'retrying', entry: { event: 'delay', ...cause } },
  },
  {
    decision: { action: 'pause', kind: 'unavailable', ...cause, pauseMs: 250 },
    update: { outcome: 'queued', entry: { event: 'pause', ...cause } },
  },
  {
    decision: { action: 'fail', ...cause },
    update: { outcome: 'dead-letter', entry: { event: 'dead-letter', ...cause } },
  },
])(
  'the decision $decision.action $decision.summary is an entry of the history',
  async ({ decision, update }) => {
    expect(await decided(decision)).toMatchObject([
      { callId: 'cll_one', version: 7, names: ['key:1'], ...update },
    ]);
  },
);

test('the requests of a batch are not said of a call that took no part in them', async () => {
  const skipped = { action: 'complete', summary: 'skipped', result: 'skipped', skippedBy: 'calls' } as const;
  for (const decision of [skipped, PERSON_BUSY]) {
    const [{ entry }] = (await decided(decision)) as [CallUpdate];
    expect([entry.requests, entry.batchSize]).toEqual([undefined, undefined]);
  }
  // The person was looked for.
  const [{ entry }] = (await decided({ ...skipped, unassigned: 'SEVERAL_MATCHES' })) as [CallUpdate];
  expect(entry.requests).toHaveLength(1);
});

test('a call that goes back untried leaves no trace', async () => {
  expect(await decided({ action: 'requeue' })).toEqual([]);
});

test('a history that cannot be written is a line in the log, folded, and nothing else', async () => {
  const { recorder: own, log } = recorder(async () => {
    throw new Error('OOM command not allowed');
  });
  for (let index = 0; index < 50; index++) own.received(event(), index, 'queued');
  await own.settle();
  expect(log.entries.map(({ message }) => message)).toEqual(Array(2).fill('call history not written'));
  expect(log.entries[0]!.fields).toMatchObject({ code: 'HISTORY_NOT_WRITTEN' });
});

test('what is told while another write is under way is written by one script, all of it and in its order', async () => {
  const writes: number[][] = [];
  const first = Promise.withResolvers<void>();
  const { recorder: own } = recorder((updates) => {
    writes.push(updates.map(({ version }) => version!));
    return writes.length === 1 ? first.promise : Promise.resolve();
  });
  const told = Array.from({ length: 251 }, (_, index) => index);
  own.received(event(), told[0]!, 'queued');
  while (writes.length === 0) await new Promise(setImmediate);
  for (const version of told.slice(1)) own.received(event(), version, 'queued');
  await new Promise(setImmediate);
  expect(writes).toEqual([[0]]);
  first.resolve();
  await own.settle();
  expect(writes.map(({ length }) => length)).toEqual([1, 100, 100, 50]);
  expect(writes.flat()).toEqual(told);
});

test('while Redis hangs, only so much is kept in memory, and stopping does not wait for it', async () => {
  const writes: number[] = [];
  const { recorder: own, log } = recorder((updates) => {
    writes.push(updates.length);
    return new Promise(() => {});
  });
  for (let index = 0; index < 7_000; index++) own.received(event(), index, 'queued');
  expect(log.entries.at(-1)!.fields).toMatchObject({ count: 1_000 });
  const started = Date.now();
  await own.settle();
  expect(writes).toEqual([100]);
  expect(Date.now() - started).toBeLessThan(3_000);
});

test('of refused deliveries few a second are remembered, by the id they claim, whatever they hold', async () => {
  const refused = openRefusedDeliveries(redis);
  let stored = 0;
  const refuse = refusalRecorder(
    {
      async add(callId, at) {
        await refused.add(callId, at);
        stored += 1;
      },
    },
    recordingLog(),
  );
  const bodies = [
    '{"id":"cll_claimed"}',
    'no json',
    '[]',
    'null',
    '{"id":{"deep":1}}',
    '',
    '[['.repeat(9_000),
  ];
  for (const body of bodies) refuse(Buffer.from(body), 5);
  refuse(Buffer.from(`{"id":"cll_long","x":"${'x'.repeat(300_000)}"}`), 6);
  for (let index = 0; index < 500; index++) refuse(Buffer.from('{"id":"cll_claimed"}'), 10 + index);
  while (stored < 13) await new Promise(setImmediate);
  expect(await refused.of('cll_claimed')).toMatchObject({ count: stored });
  expect(stored).toBeLessThanOrEqual(14);
  expect(await refused.of('cll_long')).toBeUndefined();
});

test('a person is found by the names under which its calls are filed, in any notation of the number', () => {
  const namesOf = personNamer('MX');
  const names = namesOf(event({ campaign_user: { f_id: 'Cliente 1', contact: '+52 1 55 1234 5678' } }));
  expect(names).toContain(nameOfId(' Cliente 1 '));
  for (const notation of [
    '+525512345678',
    '5512345678',
    '(55) 1234-5678',
    '044 55 1234 5678',
    '+5215512345678',
  ]) {
    expect(names).toContain(nameOfPhone(notation, 'MX'));
  }
  expect(namesOf(event({ type: 'outbound', phone_number_to: '5512345678' }))).toEqual([
    'phone:+525512345678',
  ]);
  expect(namesOf(event())).toEqual([]);
});
