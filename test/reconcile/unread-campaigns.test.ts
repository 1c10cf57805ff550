/** A campaign that Altur does not give the calls of: the others are reconciled, and it is named until it was read. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AlturApi } from '../../src/altur/api-client.ts';
import { isComplete, summaryText as runText } from '../../src/commands/reconcile-summary.ts';
import { openReconcileStore } from '../../src/reconcile/reconcile-store.ts';
import { LONGEST_CALL_MS } from '../../src/reconcile/time-slices.ts';
import { PeriodicReconcile } from '../../src/service/periodic-reconcile.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';
import { HOUR_MS, openWorld, UNPACED, type World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await openWorld({ CRM_CONNECTOR: 'preview', PREVIEW_CRM: 'hubspot' });
});
afterEach(() => world.close());

/** None of them at the very end of the window. */
const recent = (calls: number) => ({ calls, from: Date.now() - HOUR_MS / 2, to: Date.now() - HOUR_MS / 4 });
const api = () => new AlturApi({ apiKey: world.altur.apiKey, apiUrl: world.altur.apiUrl }, UNPACED, 1);
const callsOf = (id: string) => new RegExp(`/campaigns/${id}/calls`);
const queued = async () => {
  const jobs = await world.queue.getJobs(['wait', 'prioritized']);
  return jobs.map(({ id }) => id!.split('~', 1)[0]).toSorted();
};

test.each([
  [404, 'ALTUR_CAMPAIGN_UNKNOWN'],
  [400, 'ALTUR_LIST_UNREADABLE'],
  [503, 'ALTUR_UNAVAILABLE'],
])('one that is answered %i is passed over, and named', async (status, code) => {
  const { campaigns, calls } = world.altur.seed({ campaigns: [recent(3), recent(4)] });
  const [bad, good] = campaigns.map(({ id }) => String(id)) as [string, string];
  world.altur.fault({ kind: 'status', status, path: callsOf(bad), times: 'always' });
  const run = await world.run({}, { altur: api() });
  expect(run).toMatchObject({ listed: 4, missing: 4, enqueued: 4 });
  expect(run.stoppedBy).toBeUndefined();
  expect(run.unreadCampaigns).toMatchObject([{ id: bad, code }]);
  expect(isComplete(run)).toBe(false);
  const text = `campaign ${bad} could not be read, so its calls are not counted: `;
  expect(runText(run, 'again', 1)).toMatch(new RegExp(`\\n${text}.+\\[${code}\\]\\n`));
  const ofGood = calls.filter(({ campaignId }) => String(campaignId) === good);
  expect(await queued()).toEqual(ofGood.map(({ id }) => id).toSorted());
});

test('where all fail it is the run that has failed', async () => {
  world.altur.seed({ campaigns: [recent(1), recent(1)] });
  world.altur.fault({ kind: 'status', status: 404, path: /calls/, times: 'always' });
  expect((await world.run()).stoppedBy?.code).toBe('ALTUR_CAMPAIGN_UNKNOWN');
  world.altur.clearFaults();
  expect((await world.run()).missing).toBe(2);
});

test('after three in a row that Altur does not answer for, the others are not asked for', async () => {
  const { campaigns } = world.altur.seed({ campaigns: Array.from({ length: 6 }, () => recent(1)) });
  const [first] = campaigns.map(({ id }) => String(id)) as [string];
  world.altur.fault({
    ...{ kind: 'status', status: 503, times: 'always' },
    path: new RegExp(`/campaigns/(?!${first})\\d+/calls`),
  });
  expect((await world.run({}, { altur: api() })).stoppedBy?.code).toBe('ALTUR_UNAVAILABLE');
});

test('a run that was stopped goes on with the one that it could not read', async () => {
  const { campaigns } = world.altur.seed({ campaigns: [recent(2), recent(2), recent(2)] });
  const [bad, , last] = campaigns.map(({ id }) => String(id)) as [string, string, string];
  const broken = world.altur.fault({ kind: 'status', status: 404, path: callsOf(bad), times: 'always' });
  const rejected = world.altur.fault({ kind: 'status', status: 401, path: callsOf(last), times: 'always' });
  expect((await world.run()).stoppedBy?.code).toBe('ALTUR_UNAUTHORIZED');
  broken.remove();
  rejected.remove();
  const second = await world.run();
  expect([second.stoppedBy, second.unreadCampaigns]).toEqual([undefined, undefined]);
  expect(await queued()).toHaveLength(6);
});

test('the periodic reconcile goes on with the others, and lists that one from where it could not be read', async () => {
  const { campaigns } = world.altur.seed({
    campaigns: [
      { calls: 2, from: Date.now() - 20 * HOUR_MS, to: Date.now() - 10 * HOUR_MS },
      { calls: 1, to: Date.now() - HOUR_MS / 2 },
    ],
  });
  const [bad, good] = campaigns.map(({ id }) => String(id)) as [string, string];
  const altur = api();
  const listed: { readonly id: string; readonly hours: number }[] = [];
  const watched = {
    campaigns: altur.campaigns.bind(altur),
    readEvent: altur.readEvent.bind(altur),
    calls(...args: Parameters<typeof altur.calls>) {
      listed.push({ id: args[0], hours: Math.round((Date.now() - args[1].from) / HOUR_MS) });
      return altur.calls(...args);
    },
  };
  const broken = world.altur.fault({ kind: 'status', status: 404, path: callsOf(bad), times: 'always' });
  const log = recordingLog();
  const { account: _, ...parts } = world.parts({ altur: watched });
  const periodic = new PeriodicReconcile({
    ...{ ...parts, log, everyMs: 1, account: () => undefined },
    pace: { firstMs: 0, jitterMs: 0, lookEveryMs: 10 },
  }).start();
  const told = () => log.entries.filter(({ message }) => message === 'reconciled with Altur');
  const cursor = async () => (await openReconcileStore(world.redis).periodic()).cursor;
  try {
    await until(() => told().length > 1, 'it has done it twice');
    expect(told()[0]).toMatchObject({
      level: 'warn',
      fields: { missing: 1, unreadCampaigns: [{ id: bad, code: 'ALTUR_CAMPAIGN_UNKNOWN' }] },
    });
    expect((await cursor())?.unreadSince?.[bad]).toBeLessThan(Date.now() - 23 * HOUR_MS);
    broken.remove();
    await until(async () => (await cursor())?.unreadSince === undefined, 'it was read');
    expect(await queued()).toHaveLength(3);
    const afterwards = listed.length;
    await until(() => listed.length > afterwards + 3, 'it has done it again');
  } finally {
    await periodic.stop();
  }
  const overlap = LONGEST_CALL_MS / HOUR_MS;
  expect(new Set(listed.filter(({ id }) => id === good).map(({ hours }) => hours))).toEqual(
    new Set([24, overlap]),
  );
  expect(listed.filter(({ id }) => id === bad).at(-1)!.hours).toBe(overlap);
});
