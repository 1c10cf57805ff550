/** A webhook that comes before, after and while a reconcile writes its call: one record, with what the webhook says. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AlturApi } from '../../src/altur/api-client.ts';
import { openCallHistory } from '../../src/monitoring/call-history-store.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { HOUR_MS, openWorld, UNPACED, type World } from './world.ts';

let crm: HubSpotSimulator;
let world: World;
let service: ServiceProcess;
let callId: string;

beforeAll(async () => {
  crm = await startHubSpot({ provisioned: true });
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
beforeEach(() => {
  [callId] = world.altur
    .seed({ campaigns: [{ calls: 1, from: Date.now() - HOUR_MS / 2 }] })
    .calls.map(({ id }) => id) as [string];
});

const SAID = 'said by the webhook alone';
const records = () => crm.calls().filter(({ properties }) => properties.altur_call_id === callId);
const body = () => String(records()[0]?.properties.hs_call_body);
const entry = async () => (await openLedger(world.redis, 'hubspot').read([callId]))[0];

async function webhook(): Promise<void> {
  const event = world.altur.webhookEvent(callId);
  const campaign_user = { ...(event.campaign_user as object), extracted_data: { note: SAID } };
  expect((await deliver(service.url, { ...event, campaign_user })).status).toBe(200);
}
const idle = () =>
  until(async () => {
    const counts = await world.queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
    return Object.values(counts).every((count) => count === 0);
  }, 'the queue is empty');

/** `beforeRead`: the call is known to be missing, and not read yet. */
const reconcile = (beforeRead = async () => {}) => {
  const api = new AlturApi({ apiKey: world.altur.apiKey, apiUrl: world.altur.apiUrl }, UNPACED);
  const altur = {
    campaigns: (signal?: AbortSignal) => api.campaigns(signal),
    calls: (...args: Parameters<AlturApi['calls']>) => api.calls(...args),
    async readEvent(...args: Parameters<AlturApi['readEvent']>) {
      await beforeRead();
      return api.readEvent(...args);
    },
  };
  return world.run({}, { altur });
};

async function expectWebhooksContent(): Promise<void> {
  await idle();
  expect(records()).toHaveLength(1);
  expect(body()).toContain(SAID);
  expect((await entry())?.rebuilt).toBeUndefined();
}

test('a webhook that was written while Altur was asked stays as it is', async () => {
  const run = await reconcile(async () => {
    await webhook();
    await idle();
  });
  expect(run.enqueued).toBe(1);
  await expectWebhooksContent();
});

test('a webhook that comes later completes the record', async () => {
  expect((await reconcile()).enqueued).toBe(1);
  await idle();
  expect(body()).not.toContain(SAID);
  expect(await entry()).toMatchObject({ rebuilt: true });
  // The history is written by the way.
  await until(async () => {
    const record = await openCallHistory(world.redis).read(callId);
    return record?.timeline.some(({ event }) => event === 'synced') ?? false;
  }, 'its history has it');
  await webhook();
  await expectWebhooksContent();
});

test.each([
  ['first', true],
  ['last', false],
])('of both in the queue at once, the webhook %s, the webhook is written', async (_, isFirst) => {
  await world.queue.pause();
  if (isFirst) await reconcile(webhook);
  else {
    await reconcile();
    await webhook();
  }
  expect(records()).toEqual([]);
  await world.queue.resume();
  await expectWebhooksContent();
});

test('a webhook of a call that only the CRM knew updates its record', async () => {
  await webhook();
  await idle();
  await world.redis.del(`{altur}:hubspot:call:${callId}`);
  const [written] = records();
  expect(await reconcile()).toMatchObject({ missing: 0, inCrm: 1 });
  expect(await entry()).toMatchObject({ rebuilt: true, records: { call: written!.id } });
  await world.redis.del(...(await world.redis.keys('{altur}:calls:de:*')));
  await webhook();
  await idle();
  expect(records().map(({ id }) => id)).toEqual([written!.id]);
  await expectWebhooksContent();
});
