/** Statements of days, with a real queue, ledger and history, on a simulated portal. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Worker } from 'bullmq';
import { campaignUnknown } from '../../src/altur/api-error.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { openCallHistory } from '../../src/monitoring/call-history-store.ts';
import { type LedgerEntry, openLedger } from '../../src/queue/ledger.ts';
import { type CallQueue, enqueue, openQueue } from '../../src/queue/queue.ts';
import { connectWorker, type RedisClient } from '../../src/queue/redis.ts';
import type { AskableConnector } from '../../src/reconcile/locate-calls.ts';
import { readStatements, type StatementProgress } from '../../src/reconcile/read-statement.ts';
import { calendarOf } from '../../src/service/calendar.ts';
import { record } from '../connectors/fixtures.ts';
import { startPortal, type TestPortal } from '../connectors/hubspot/portal.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { callsAtAltur, listedCall } from './calls-at-altur.ts';

const MEXICO = calendarOf('America/Mexico_City');
/** Midnight in Mexico is at six in the morning, UTC. */
const at = (time: string) => Date.parse(`2026-11-${time}Z`);
const NOW = at('26T12:00:00');

let server: RedisServer;
let redis: RedisClient;
let queue: CallQueue;
let portal: TestPortal;

beforeEach(async () => {
  // Its own: the history of a Redis belongs to all its calls.
  server = await startRedis();
  redis = connectWorker({ nodes: [server.url] });
  queue = openQueue(redis, `test-${randomUUID()}`);
  portal = await startPortal();
});
afterEach(async () => {
  await queue.close();
  redis.disconnect();
  await portal.close();
  await server.stop();
});

const parts = (campaigns: Parameters<typeof callsAtAltur>[0]) => ({
  altur: callsAtAltur(campaigns),
  calendar: MEXICO,
  queue,
  redis,
  connector: portal.connector as AskableConnector,
  history: openCallHistory(redis),
});

async function written(...callIds: readonly string[]): Promise<readonly string[]> {
  const outcomes = await portal.sync(callIds.map((callId, n) => record(n + 1, { callId })));
  return outcomes.map((outcome) => (outcome.status === 'synced' ? outcome.records.call! : ''));
}

async function toLedger(callId: string, entry: Partial<LedgerEntry>): Promise<void> {
  const whole = { digest: 'd', receivedAt: 1, syncedAt: NOW, crm: 'hubspot', records: {}, skippedFields: [] };
  await openLedger(redis, 'hubspot').write(new Map([[callId, { ...whole, ...entry }]]));
}

const received = (callId: string) =>
  enqueue(queue, { event_type: 'on_call_end', id: callId } as CallEvent, NOW);

/** The call that waits longest becomes a dead letter. */
async function makeDead(reason: string): Promise<void> {
  const options = { connection: redis, prefix: '{altur}', skipVersionCheck: true };
  const worker = new Worker(queue.name, null, options);
  const job = (await worker.getNextJob('token'))!;
  await redis.hset(queue.toKey(job.id!), 'progress', JSON.stringify({ code: 'RECORD_REJECTED', reason }));
  job.opts.attempts = 1;
  await job.moveToFailed(new Error(reason), 'token', false);
  await worker.close();
}

test('has a line for each day of the time zone: every call that Altur lists is in one place', async () => {
  const [kept, deleted] = await written('cll_kept', 'cll_deleted');
  portal.hubspot.remove('calls', deleted!);
  await toLedger('cll_kept', { records: { call: kept! } });
  await toLedger('cll_deleted', { records: { call: deleted! }, syncedAt: at('24T20:00:00') });
  await toLedger('cll_skipped', { skippedBy: 'voicemail' });
  await received('cll_dead');
  await makeDead('HubSpot rejects the call');
  await received('cll_waiting');
  const { altur, ...others } = parts({
    first: [
      // A quarter to twelve at night, in Mexico.
      listedCall('cll_kept', at('25T05:45:00')),
      listedCall('cll_deleted', at('24T18:00:00')),
      listedCall('cll_lost', at('25T06:00:00')),
      listedCall('cll_ongoing', at('26T11:59:00'), false),
    ],
    second: [
      listedCall('cll_dead', at('25T18:00:00')),
      listedCall('cll_skipped', at('26T07:00:00')),
      listedCall('cll_waiting', at('26T07:00:00')),
      listedCall('cll_just_ended', at('26T11:55:00')),
      listedCall('cll_kept', at('25T05:45:00')),
    ],
  });
  const seen: StatementProgress[] = [];
  const statements = await readStatements({ altur, ...others }, ['2026-11-24', '2026-11-25', '2026-11-26'], {
    now: NOW,
    onProgress: (progress) => seen.push({ ...progress }),
  });
  expect(statements.map(({ day, until }) => [day, until])).toEqual([
    ['2026-11-24', at('25T06:00:00')],
    ['2026-11-25', at('26T06:00:00')],
    ['2026-11-26', NOW],
  ]);
  expect(statements.map(({ listed }) => listed)).toMatchObject([
    {
      calls: 2,
      inCrm: 1,
      missing: 1,
      missingCalls: [{ callId: 'cll_deleted', why: 'deleted', at: at('24T20:00:00') }],
    },
    {
      calls: 2,
      inCrm: 0,
      deadLetters: [{ code: 'RECORD_REJECTED', reason: 'HubSpot rejects the call', count: 1 }],
      missingCalls: [{ callId: 'cll_lost', why: 'never-received' }],
    },
    // One is in the queue, the webhook of the other is still to come.
    { calls: 3, skipped: [{ rule: 'voicemail', count: 1 }], waiting: 2, missing: 0 },
  ]);
  expect(statements.map(({ ongoing }) => ongoing)).toEqual([0, 0, 1]);
  expect(seen.at(-1)).toEqual({ campaigns: { done: 2, of: 2 }, listed: 8, asked: 7, of: 7 });
});

test('says separately what was received on the day and no campaign lists', async () => {
  const history = openCallHistory(redis);
  const entry = (event: 'received' | 'synced', when: number) => ({ at: when, event });
  const when = Date.now();
  await written('cll_inbound');
  await history.add(
    ['cll_inbound', 'cll_listed', 'cll_gone'].map((callId) => ({
      callId,
      entry: entry('received', when),
      version: when,
    })),
  );
  await history.add([
    { callId: 'cll_gone', entry: entry('synced', when + 1), version: when, outcome: 'synced' },
  ]);
  const today = MEXICO.dayOf(when);
  const [statement] = await readStatements(parts({ all: [listedCall('cll_listed', when)] }), [today], {
    now: when + 1_000,
  });
  expect(statement!.unlisted).toMatchObject({
    calls: 2,
    inCrm: 1,
    missingCalls: [{ callId: 'cll_gone', why: 'deleted', at: when + 1 }],
  });
  expect(statement!.listed.calls).toBe(1);
});

test('costs one request of the portal for each hundred calls, where all are there', async () => {
  const ids = Array.from({ length: 100 }, (_, n) => `cll_${n}`);
  await written(...ids);
  portal.asked();
  const all = ids.map((id) => listedCall(id, at('25T18:00:00')));
  const [statement] = await readStatements(parts({ all }), ['2026-11-25'], { now: NOW });
  expect(statement!.listed).toMatchObject({ calls: 100, inCrm: 100, missing: 0 });
  expect(portal.asked()).toEqual(['POST calls/batch/read']);
});

test('waits for a portal that is busy, and asks again', async () => {
  await written('cll_1');
  portal.hubspot.fault({ kind: 'status', path: 'calls/batch/read$', status: 503, body: {} });
  const campaigns = { all: [listedCall('cll_1', at('25T18:00:00'))] };
  const [statement] = await readStatements(parts(campaigns), ['2026-11-25'], { now: NOW });
  expect(statement!.listed).toMatchObject({ calls: 1, inCrm: 1 });
});

test('fails where the portal rejects the credentials: that is not to say that calls are missing', async () => {
  portal.hubspot.settings.token = 'another';
  const campaigns = { all: [listedCall('cll_1', at('25T18:00:00'))] };
  await expect(readStatements(parts(campaigns), ['2026-11-25'], { now: NOW })).rejects.toMatchObject({
    kind: 'unauthorized',
  });
});

test('sees a call that goes from the queue to the portal while it is made', async () => {
  const moving: AskableConnector = {
    ...portal.connector,
    name: 'hubspot',
    async findCalls(callIds, signal) {
      const found = await portal.connector.findCalls!(callIds, signal);
      // Only now is it written, and its ledger entry is not read any more.
      if (portal.hubspot.calls().length === 0) await written('cll_moves');
      return found;
    },
  };
  const campaigns = { all: [listedCall('cll_moves', at('25T18:00:00'))] };
  const [statement] = await readStatements({ ...parts(campaigns), connector: moving }, ['2026-11-25'], {
    now: NOW,
  });
  expect(statement!.listed).toMatchObject({ calls: 1, inCrm: 1, missing: 0 });
});

test('a campaign that cannot be read to its end is named, none of its calls counts; all of them are a failure', async () => {
  const { altur, ...others } = parts({
    good: [listedCall('cll_1', at('25T18:00:00'))],
    bad: [2, 3, 4].map((n) => listedCall(`cll_${n}`, at('25T18:00:00'))),
  });
  const failing = (isBad: (id: string) => boolean) => ({
    campaigns: () => altur.campaigns(),
    async *calls(...[id, window]: Parameters<typeof altur.calls>) {
      for await (const page of altur.calls(id, window)) {
        yield page;
        if (isBad(id)) throw campaignUnknown();
      }
    },
  });
  const one = { altur: failing((id) => id === 'bad'), ...others };
  const [statement] = await readStatements(one, ['2026-11-25'], { now: NOW });
  expect(statement).toMatchObject({
    listed: { calls: 1, missing: 1 },
    unreadCampaigns: [{ id: 'bad', code: 'ALTUR_CAMPAIGN_UNKNOWN' }],
  });
  const all = { altur: failing(() => true), ...others };
  await expect(readStatements(all, ['2026-11-25'], { now: NOW })).rejects.toMatchObject({
    code: 'ALTUR_CAMPAIGN_UNKNOWN',
  });
});
