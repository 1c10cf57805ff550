/** Which portal Redis knows records of, and whether they are still there: real commands, service and simulated portals. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { anyCall } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from './service-process.ts';

const ID = 'cll_test000001';

let redis: RedisServer;
let portals: HubSpotSimulator[];
let services: ServiceProcess[];

beforeEach(async () => {
  redis = await startRedis();
  portals = [];
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await Promise.all(portals.map((portal) => portal.close()));
  await redis.stop();
});

async function startPortal(portalId: number): Promise<HubSpotSimulator> {
  const portal = await startHubSpot({ provisioned: true, portalId });
  portals.push(portal);
  return portal;
}

const environment = (portal: HubSpotSimulator) => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: portal.token,
  HUBSPOT_API_URL: portal.url,
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
  DASHBOARD_PASSWORD: 'a password of the test',
});

async function startOn(portal: HubSpotSimulator): Promise<ServiceProcess> {
  const service = await startProcess(environment(portal));
  services.push(service);
  return service;
}

const run = (portal: HubSpotSimulator, ...args: readonly string[]) => runCommand(args, environment(portal));

async function deliverAndSync({ url, log }: ServiceProcess, ...indexes: readonly number[]): Promise<void> {
  const synced = () => log.filter(({ message }) => message.startsWith('call synced')).length;
  const before = synced();
  for (const index of indexes) expect((await deliver(url, anyCall(index, 1))).status).toBe(200);
  await until(() => synced() === before + indexes.length, 'the calls are synced');
}

/** Two calls of one person, so that the second finds the person in the cache. */
test('another portal on the same Redis is noticed; calls of the former one are written to it again', async () => {
  const [first, second] = [await startPortal(111), await startPortal(222)];
  const former = await startOn(first);
  await deliverAndSync(former, 1);
  await deliverAndSync(former, 2);
  expect((await run(first, 'doctor')).output).toMatch(/✓ account: +111:/);
  await former.stop();

  const before = await run(second, 'doctor');
  expect(before.output).toMatch(/[!✗] account: +.*111.*credentials belong to 222\n/);
  const current = await startOn(second);
  await until(() => current.log.some(({ message }) => message === 'CRM account changed'), 'it is noticed');
  expect(current.log.find(({ message }) => message === 'CRM account changed')).toMatchObject({
    level: 'warn',
    before: '111',
    now: '222',
  });
  second.seed({ contacts: [{ firstname: 'Somebody else' }] });
  await deliverAndSync(current, 1, 3);
  expect(second.calls()).toHaveLength(2);
  const person = second.contacts().find(({ properties }) => properties.altur_person_key === 'user_1')!;
  expect(second.contacts()).toHaveLength(2);
  expect(second.associations().filter(({ to }) => to.id === person.id)).toHaveLength(2);
  expect(first.calls()).toHaveLength(2);
  const status = await run(second, 'status', '--check', 'cll_test000002');
  expect([status.code, status.output]).toEqual([
    1,
    expect.stringContaining('not checked: it was written to 111, and these credentials belong to 222'),
  ]);
  expect((await run(second, 'status', ID, '--check')).code).toBe(0);
});

test('status --check says what is gone and how to write it again', async () => {
  const portal = await startPortal(111);
  const service = await startOn(portal);
  await deliverAndSync(service, 1);
  const check = () => run(portal, 'status', ID, '--check');
  await until(async () => (await check()).code === 0, 'everything is there');
  expect((await check()).output).toContain(
    `  ✓ person ${portal.contacts()[0]!.id} is there\n  ✓ call ${portal.calls()[0]!.id} is there\n  ✓ the call is linked to the person\n`,
  );
  const { id } = portal.calls()[0]!;
  portal.remove('calls', id);
  const gone = await check();
  expect([gone.code, gone.output]).toEqual([
    1,
    expect.stringMatching(
      new RegExp(`  ✗ call ${id} is gone\n[^]*to write what is missing: npx altur-crm-sync resync ${ID}\n`),
    ),
  ]);
  expect((await run(portal, 'resync', ID)).code).toBe(0);
  await until(async () => (await check()).code === 0, 'everything is there again');
});
