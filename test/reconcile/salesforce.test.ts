/** The same with Salesforce: full batches of 200, and nothing twice after Redis was wiped. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type SalesforceSimulator, startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { openWorld, type World } from './world.ts';

let crm: SalesforceSimulator;
let world: World;
let worker: ServiceProcess;

beforeAll(async () => {
  crm = await startSalesforce({ provisioned: true });
  world = await openWorld({
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: crm.url,
    SALESFORCE_CLIENT_ID: 'client-id',
    SALESFORCE_CLIENT_SECRET: 'client-secret',
  });
  worker = await startProcess(world.env, 'worker');
});
afterAll(async () => {
  await worker.stop();
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
