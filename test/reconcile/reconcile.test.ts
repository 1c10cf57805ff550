/** Calls whose webhooks never came: found, written once, at little cost; with a real worker and simulated Altur and HubSpot. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AlturApi } from '../../src/altur/api-client.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { HOUR_MS, openWorld, UNPACED, type World } from './world.ts';

let crm: HubSpotSimulator;
let world: World;
let service: ServiceProcess;

beforeAll(async () => {
  crm = await startHubSpot({
    provisioned: true,
    limits: { app: 10_000, associations: 10_000, search: 1_000 },
  });
  world = await openWorld({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
  });
  service = await startProcess(world.env);
});
afterAll(async () => {
  await service.stop();
  await world.close();
  await crm.close();
});
beforeEach(() => world.altur.clearRequests());
afterEach(() => {
  world.altur.settings.callsAddedPerPage = 0;
});

const isIdle = async () => {
  const counts = await world.queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
  return Object.values(counts).every((count) => count === 0);
};
const idle = () => until(isIdle, 'the queue is empty');
const callIds = () => crm.calls().map(({ properties }) => properties.altur_call_id);

async function deliverAll(callIdsSent: readonly string[]): Promise<void> {
  for (let at = 0; at < callIdsSent.length; at += 50) {
    await Promise.all(
      callIdsSent.slice(at, at + 50).map((id) => deliver(service.url, world.altur.webhookEvent(id))),
    );
  }
}

/** The ledger has them, as if they had been written. */
async function markWritten(ids: readonly string[]): Promise<void> {
  const entry = {
    digest: 'd',
    receivedAt: 1,
    syncedAt: 1,
    crm: 'hubspot',
    records: { call: '1' },
    skippedFields: [],
  };
  await openLedger(world.redis, 'hubspot').write(new Map(ids.map((id) => [id, entry])));
}

test('of 2,000 calls in two campaigns that change while they are listed, the lost ones are written once each', async () => {
  const { altur } = world;
  const { calls } = altur.seed({ campaigns: [{ calls: 1_000 }, { calls: 1_000 }] });
  const ids = calls.map(({ id }) => id);
  const lost = ids.filter((_, index) => index % 4 === 0);
  const delivered = ids.filter((_, index) => index % 20 === 1);
  await markWritten(ids.filter((_, index) => index % 4 !== 0 && index % 20 !== 1));
  await deliverAll(delivered);
  await idle();
  altur.clearRequests();
  crm.clearRequests();
  altur.settings.callsAddedPerPage = 3;
  const run = await world.run();
  await idle();
  expect(run).toMatchObject({ missing: lost.length, enqueued: lost.length, inCrm: 0, unusable: {} });
  expect(run.stoppedBy).toBeUndefined();
  const written = callIds();
  expect(new Set(written).size).toBe(written.length);
  expect(new Set(written)).toEqual(new Set([...lost, ...delivered]));
  const counts = altur.counts();
  expect(counts.campaigns + counts.calls).toBeLessThanOrEqual(60);
  expect(counts.call + counts.message).toBeLessThanOrEqual(2 * lost.length);
  const asked = new Set(altur.requests.map(({ path }) => /\/call\/([^/]+)$/.exec(path)?.[1]));
  expect(ids.filter((id) => asked.has(id) && !lost.includes(id))).toEqual([]);
  // The look-ups of findCalls are among them.
  expect(crm.requests.length / lost.length).toBeLessThanOrEqual(0.1);
});

test('after Redis was wiped nothing is written twice, for at most a tenth more requests than normal', async () => {
  await world.redis.flushall();
  const window = { from: Date.now() - 10 * HOUR_MS, to: Date.now() - 8 * HOUR_MS };
  const { calls } = world.altur.seed({ campaigns: [{ calls: 300, ...window }] });
  crm.clearRequests();
  await deliverAll(calls.map(({ id }) => id));
  await idle();
  const normal = crm.requests.length / calls.length;
  await world.redis.flushall();
  crm.clearRequests();
  const known = callIds().length;
  const records = crm.calls().map(({ id, updatedAt }) => [id, updatedAt]);
  expect(await world.run({ window })).toMatchObject({ listed: 299, inCrm: 299, missing: 0 });
  expect(await isIdle()).toBe(true);
  expect(crm.requests.length / calls.length).toBeLessThanOrEqual(1.1 * normal);
  expect(callIds()).toHaveLength(known);
  expect(crm.calls().map(({ id, updatedAt }) => [id, updatedAt])).toEqual(records);
  // What was found in the CRM is in the ledger: nobody is asked again.
  crm.clearRequests();
  expect(await world.run({ window })).toMatchObject({ known: 299, missing: 0, inCrm: 0 });
  expect(crm.requests).toEqual([]);
});

test('a run that ends after its first group goes on, and reads no call twice', async () => {
  const window = { from: Date.now() - 20 * HOUR_MS, to: Date.now() - 18 * HOUR_MS };
  const ids = world.altur
    .seed({
      campaigns: [
        { calls: 150, ...window },
        { calls: 99, ...window },
      ],
    })
    .calls.map(({ id }) => id);
  world.altur.clearRequests();
  let groups = 0;
  const waitReason = async () => {
    if (groups > 0) world.altur.fault({ kind: 'status', status: 401, times: 'always' });
    return undefined;
  };
  const first = await world.run(
    { window },
    {
      waitReason,
      onEnqueued: () => {
        groups += 1;
      },
    },
  );
  expect(first).toMatchObject({ enqueued: 100, stoppedBy: { code: 'ALTUR_UNAUTHORIZED' } });
  world.altur.clearFaults();
  const second = await world.run({ window });
  expect(second.stoppedBy).toBeUndefined();
  await idle();
  const written = callIds().filter((id) => ids.includes(String(id)));
  const read = world.altur.requests.flatMap(({ path, status }) => {
    return status === 200 ? (/\/call\/([^/]+)$/.exec(path)?.[1] ?? []) : [];
  });
  expect([written.length, new Set(read).size]).toEqual([247, read.length]);
  expect(first.enqueued + second.enqueued).toBe(247);
});

test('calls that Altur never answers for do not keep the others from being written', async () => {
  const { altur } = world;
  const window = { from: Date.now() - 30 * HOUR_MS, to: Date.now() - 28 * HOUR_MS };
  const ids = altur.seed({ campaigns: [{ calls: 99, ...window }] }).calls.map(({ id }) => id);
  const bad = ids.slice(40, 50);
  altur.fault({ kind: 'status', status: 500, path: `/call/(${bad.join('|')})$`, times: 'always' });
  altur.fault({ kind: 'status', status: 410, path: `/call/${ids[70]}$`, times: 'always' });
  const api = new AlturApi({ apiKey: altur.apiKey, apiUrl: altur.apiUrl }, UNPACED, 1);
  const run = await world.run({ window }, { altur: api });
  altur.clearFaults();
  const listed = run.listed;
  expect(run.stoppedBy).toBeUndefined();
  expect(run.unusable).toEqual({ ALTUR_UNAVAILABLE: 10, ALTUR_CALL_UNUSABLE: 1 });
  expect(run.enqueued).toBe(listed - 11);
  await idle();
});

test('what Altur did not answer for is asked for again by the run that goes on', async () => {
  const { altur } = world;
  const window = { from: Date.now() - 45 * HOUR_MS, to: Date.now() - 39 * HOUR_MS };
  const { calls } = altur.seed({
    campaigns: [
      { calls: 100, ...window },
      { calls: 200, ...window },
    ],
  });
  const api = new AlturApi({ apiKey: altur.apiKey, apiUrl: altur.apiUrl }, UNPACED, 1);
  altur.fault({ kind: 'status', status: 500, path: `/call/${calls[50]!.id}$`, times: 'always' });
  const onEnqueued = () => void altur.fault({ kind: 'status', status: 401, times: 'always' });
  const first = await world.run({ window }, { altur: api, onEnqueued });
  altur.clearFaults();
  expect(first).toMatchObject({ enqueued: 100, unusable: { ALTUR_UNAVAILABLE: 1 } });
  expect(first.stoppedBy).toMatchObject({ code: 'ALTUR_UNAUTHORIZED' });
  const second = await world.run({ window });
  expect(second.stoppedBy).toBeUndefined();
  await idle();
  expect(callIds()).toContain(calls[50]!.id);
});
