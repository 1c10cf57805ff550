import { expect, test } from '@jest/globals';
import { alertsOf } from '../../src/alerts/alerts-of.ts';
import type { Overview } from '../../src/monitoring/overview.ts';
import { deadLetters, healthy, minutes, NOW, WORKER } from './overviews.ts';

const ids = (changes: Partial<Overview>) => alertsOf(healthy(changes)).map(({ id }) => id);
const queue = { waiting: 3, active: 2, retrying: 1, deadLetters: 0 };
const crm = (changes: Partial<Overview['crm']>) => ({
  crm: { name: 'hubspot', state: 'waiting', ...changes } as const,
});

test('a healthy service has no alerts', () => {
  expect(alertsOf(healthy())).toEqual([]);
});

test('each cause of dead letters is an alert of its own, with its calls', () => {
  const alerts = alertsOf(healthy({ deadLetterGroups: [deadLetters('stage', 312), deadLetters('city')] }));
  expect(alerts.map(({ id, calls }) => [id, calls])).toEqual([
    ['dead-letters:OPTION_MISSING:person:stage', 312],
    ['dead-letters:OPTION_MISSING:person:city', 1],
  ]);
});

test('processes without a worker are an alert, and one worker is enough', () => {
  const ingress = { ...WORKER, role: 'ingress' } as const;
  expect(ids({ processes: [] })).toEqual(['no-worker']);
  expect(ids({ processes: [ingress] })).toEqual(['no-worker']);
  expect(ids({ processes: [ingress, { ...WORKER, role: 'all' }] })).toEqual([]);
});

test.each([
  [{ kind: 'unauthorized' }, 'crm-unauthorized', 0],
  [{ kind: 'unavailable' }, 'crm-unavailable', 15_000],
  [{ kind: 'unavailable', state: 'not-connected' }, 'crm-unavailable', 30_000],
  [{ state: 'not-connected' }, 'crm-unavailable', 30_000],
  [{ kind: 'rate_limited', until: NOW + 10_000 }, 'crm-rate-limited', 300_000],
  [{ kind: 'rate_limited', until: NOW + 3_600_000 }, 'crm-rate-limited', 0],
] as const)(
  'a CRM that waits with %j is %s after %d ms, for all calls of the queue',
  (given, id, afterMs) => {
    expect(alertsOf(healthy({ ...crm(given), queue }))).toMatchObject([
      { id, afterMs, calls: 6, crm: 'hubspot' },
    ]);
  },
);

test('a CRM without a worker that would write to it is no alert of its own', () => {
  expect(ids({ ...crm({ state: 'no-worker' }), processes: [] })).toEqual(['no-worker']);
});

test('reconciles are an alert after the second failure in a row, unless the CRM explains it', () => {
  const failed = (failures: number) => ({
    reconcile: { failures, code: 'ALTUR_UNAUTHORIZED', reason: 'no' },
  });
  expect(ids(failed(1))).toEqual([]);
  expect(alertsOf(healthy(failed(2)))).toMatchObject([
    {
      ...{ id: 'reconcile-failing', code: 'ALTUR_UNAUTHORIZED', reason: 'no' },
      explainedBy: expect.arrayContaining(['crm-unavailable']),
    },
  ]);
});

test('Redis is nearly full from 70 % on', () => {
  expect(ids({ redisMemoryUsed: 0.699 })).toEqual([]);
  expect(alertsOf(healthy({ redisMemoryUsed: 0.7 }))).toMatchObject([
    { id: 'redis-nearly-full', percent: 70 },
  ]);
});

test('the daily requests are an alert beyond 90 %', () => {
  const used = (count: number) => ids(crm({ state: 'ok', usage: { used: count, limit: 1_000 } }));
  expect(used(900)).toEqual([]);
  expect(used(901)).toEqual(['crm-quota']);
});

test('a call is an alert when it has waited for more than five minutes', () => {
  const waiting = (ms: number) => ids({ queue: { ...queue, oldestWaitingSince: NOW - ms } });
  expect(waiting(300_000)).toEqual([]);
  expect(waiting(300_001)).toEqual(['oldest-waiting']);
});

test('the requests of a scanner are no alert, five refused deliveries in a minute are', () => {
  const busy = minutes(60, { received: 2 });
  const withRefused = (refused: number, at: number) =>
    ids({ minutes: busy.with(at, { ...busy[0]!, refused }) });
  expect(withRefused(4, -1)).toEqual([]);
  expect(withRefused(5, -1)).toEqual(['signature-failures']);
  expect(withRefused(5, -2)).toEqual(['signature-failures']);
  expect(withRefused(500, -3)).toEqual([]);
});

test('with few calls a wrong secret shows by nothing being accepted', () => {
  const quiet = minutes(60, {});
  const refused = quiet.map((minute, index) => ({ ...minute, refused: index % 3 === 0 ? 1 : 0 }));
  expect(ids({ minutes: refused })).toEqual(['signature-failures']);
  expect(ids({ minutes: refused.with(-1, { ...refused.at(-1)!, received: 1 }) })).toEqual([]);
});
