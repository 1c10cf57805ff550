/** RECONCILE_EVERY: when it is done, by which process, from where it goes on, and what it says when it fails. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openReconcileStore } from '../../src/reconcile/reconcile-store.ts';
import { LONGEST_CALL_MS } from '../../src/reconcile/time-slices.ts';
import { PeriodicReconcile, type PeriodicReconcileParts } from '../../src/service/periodic-reconcile.ts';
import { readReconcileState } from '../../src/service/reconcile-state.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';
import { HOUR_MS, openWorld, type World } from './world.ts';

let world: World;
let log: ReturnType<typeof recordingLog>;
let running: PeriodicReconcile[];

beforeEach(async () => {
  world = await openWorld({ CRM_CONNECTOR: 'preview', PREVIEW_CRM: 'hubspot' });
  log = recordingLog();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await world.close();
});

const pace = { firstMs: 0, jitterMs: 0, lookEveryMs: 10 };
function start(changes: Partial<PeriodicReconcileParts> = {}): PeriodicReconcile {
  const { account: _, ...parts } = world.parts();
  const each = new PeriodicReconcile({
    ...parts,
    ...{ everyMs: HOUR_MS, log, pace },
    account: () => undefined,
    ...changes,
  }).start();
  running.push(each);
  return each;
}
const said = (message: string) => log.entries.filter((entry) => entry.message.startsWith(message));
const runs = () => said('reconciled with Altur');
const periodic = () => openReconcileStore(world.redis).periodic();

test('of several processes one does it, once in the time; calls that have just ended are left to their webhooks', async () => {
  world.altur.seed({ campaigns: [{ calls: 4, to: Date.now() - HOUR_MS / 2 }] });
  world.altur.addCall(world.altur.campaigns()[0]!.id, { createdAt: Date.now() - 60_000 });
  let looks = 0;
  const waitReason = async () => {
    looks += 1;
    return undefined;
  };
  for (let index = 0; index < 3; index += 1) start({ waitReason });
  await until(() => runs().length > 0, 'one has done it');
  looks = 0;
  expect(runs()[0]!.fields).toMatchObject({ listed: 5, unfinished: 1, missing: 4, enqueued: 4 });
  const asked = world.altur.counts().campaigns;
  await until(() => looks > 30, 'all have looked several times');
  expect([runs().length, world.altur.counts().campaigns]).toEqual([1, asked]);
});

test('the next one goes on where the last one ended, and two hours before', async () => {
  const { altur, ...parts } = world.parts();
  const windows: number[] = [];
  const watched = {
    campaigns: (signal?: AbortSignal) => altur.campaigns(signal),
    readEvent: altur.readEvent.bind(altur),
    calls(...args: Parameters<typeof altur.calls>) {
      windows.push(args[1].from);
      return altur.calls(...args);
    },
  };
  world.altur.seed({ campaigns: [{ calls: 1 }] });
  start({ ...parts, account: () => undefined, altur: watched, everyMs: 1 });
  await until(() => runs().length > 2, 'three are done');
  const [first, second] = windows as [number, number];
  expect(Math.abs(first - (Date.now() - 24 * HOUR_MS))).toBeLessThan(60_000);
  expect(Math.abs(second - (Date.now() - LONGEST_CALL_MS))).toBeLessThan(60_000);
});

test('a failure is said once, kept for those who ask, and over when it is over', async () => {
  world.altur.seed({ campaigns: [{ calls: 1, to: Date.now() - HOUR_MS / 2 }] });
  world.altur.fault({ kind: 'status', status: 401, times: 'always' });
  let followed = 0;
  start({
    everyMs: 1,
    afterRun: async () => {
      followed += 1;
    },
  });
  await until(async () => ((await periodic()).failures ?? 0) > 2, 'it has failed three times');
  expect(followed).toBe(0);
  expect(await readReconcileState(world.redis)).toMatchObject({
    failures: expect.any(Number),
    code: 'ALTUR_UNAUTHORIZED',
    reason: expect.stringContaining('ALTUR_API_KEY is not accepted'),
  });
  // RECONCILE_EVERY was taken away: nobody waits for the next one.
  expect(await readReconcileState(world.redis, Date.now() + 25 * HOUR_MS)).toBeUndefined();
  expect(said('reconcile failed').map(({ level, fields }) => [level, fields])).toEqual([
    ['error', expect.objectContaining({ code: 'ALTUR_UNAUTHORIZED' })],
  ]);
  const [run] = await openReconcileStore(world.redis).runs();
  expect(run).toMatchObject({ stoppedBy: { code: 'ALTUR_UNAUTHORIZED' }, finishedAt: expect.any(Number) });
  world.altur.clearFaults();
  await until(() => runs().length > 0, 'it is done');
  expect(await readReconcileState(world.redis)).toEqual({ failures: 0 });
  await until(() => followed > 0, 'what follows it is done');
});

test('it waits while the CRM or Redis cannot be used', async () => {
  let reason: string | undefined = 'the CRM is down';
  let looks = 0;
  start({
    waitReason: async () => {
      looks += 1;
      return reason;
    },
  });
  await until(() => looks > 3, 'it has looked');
  expect(world.altur.requests).toEqual([]);
  reason = undefined;
  await until(() => runs().length > 0, 'it is done');
});

test('it stops within a second, and another process goes on at once', async () => {
  world.altur.seed({ campaigns: [{ calls: 1 }] });
  world.altur.fault({ kind: 'hang', path: /calls/, times: 1 });
  const first = start();
  await until(() => world.altur.counts().calls > 0, 'calls are being listed');
  const began = Date.now();
  await first.stop();
  expect(Date.now() - began).toBeLessThan(1_500);
  start();
  await until(() => runs().length > 0, 'the other one has done it');
});

test('Redis is stopped in the middle and comes back empty: it is done again, and nothing is lost', async () => {
  const { calls } = world.altur.seed({ campaigns: [{ calls: 12, to: Date.now() - HOUR_MS / 2 }] });
  const hanging = world.altur.fault({ kind: 'hang', path: /\/call\//, nth: 5, times: 'always' });
  start({ everyMs: 1 });
  await until(() => hanging.strikes > 0, 'calls are being read');
  await world.stopRedis();
  hanging.remove();
  await world.startRedis();
  await until(() => runs().length > 0, 'it is done');
  const jobs = await world.queue.getJobs(['wait', 'prioritized']);
  expect(new Set(jobs.map(({ id }) => id!.split('~', 1)[0]))).toEqual(new Set(calls.map(({ id }) => id)));
  expect(jobs).toHaveLength(calls.length);
});
