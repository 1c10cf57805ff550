/** The same with Salesforce: full batches of 200, and nothing twice after Redis was wiped. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type SalesforceSimulator, startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { HOUR_MS, openWorld, type World } from './world.ts';

let crm: SalesforceSimulator;
let world: World;
let service: ServiceProcess;

beforeAll(async () => {
  crm = await startSalesforce({ provisioned: true });
  world = await openWorld({
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: crm.url,
    SALESFORCE_CLIENT_ID: 'client-id',
    SALESFORCE_CLIENT_SECRET: 'client-secret',
  });
  service = await startProcess(world.env);
});
afterAll(async () => {
  await service.stop();
  await world.close();
  await crm.close();
});

const callIds = () => crm.records('Task').map(({ Altur_Call_Id__c: id }) => id);

test('what is found is written in full batches; after Redis was wiped the same calls are found in the org', async () => {
  const { calls } = world.altur.seed({ campaigns: [{ calls: 200 }] });
  crm.clearRequests();
  expect(await world.run()).toMatchObject({ missing: 200, enqueued: 200 });
  await until(() => callIds().length === 200, 'all are written');
  expect(new Set(callIds())).toEqual(new Set(calls.map(({ id }) => id)));
  expect(crm.requests.length).toBeLessThanOrEqual(0.1 * 200);
  await until(async () => (await world.queue.getJobCounts('active')).active === 0, 'the jobs are done');
  await world.redis.flushall();
  crm.clearRequests();
  expect(await world.run()).toMatchObject({ missing: 0, inCrm: 200 });
  expect(crm.requests.length).toBeLessThanOrEqual(2);
  expect(callIds()).toHaveLength(200);
});

test('a backfill of months is written in full batches as well, and live calls come first', async () => {
  const day = 24 * HOUR_MS;
  const { calls } = world.altur.seed({
    campaigns: [{ calls: 300, from: Date.now() - 90 * day, to: Date.now() - 2 * day }],
  });
  const [live] = world.altur.seed({ campaigns: [{ calls: 1 }] }).calls;
  const before = callIds().length;
  crm.clearRequests();
  const window = { from: Date.now() - 100 * day, to: Date.now() - day };
  const backfill = world.run(
    { kind: 'backfill', window, share: 0.2 },
    { onEnqueued: () => void deliver(service.url, world.altur.webhookEvent(live!.id)) },
  );
  expect(await backfill).toMatchObject({ missing: 300, enqueued: 300, slices: { done: 25, of: 25 } });
  await until(() => calls.every(({ id }) => callIds().includes(id)), 'all are written');
  await until(() => callIds().includes(live!.id), 'the live call is written');
  // It came when the first group was in the queue, and is before the second one.
  expect(callIds().indexOf(live!.id) - before).toBeLessThanOrEqual(200);
  expect(crm.requests.length).toBeLessThanOrEqual(0.1 * 300);
});
