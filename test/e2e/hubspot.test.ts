import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyCall, phoneOf } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { rejectedCall } from './rejected-call.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let crm: HubSpotSimulator;
let services: ServiceProcess[];

beforeEach(async () => {
  redis = await startRedis({ appendonly: 'yes' });
  crm = await startHubSpot({
    provisioned: true,
    limits: { app: 10_000, associations: 10_000, search: 1_000 },
  });
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await crm.close();
  await redis.stop();
});

async function start(role: 'all' | 'ingress' | 'worker' = 'all', env: Record<string, string> = {}) {
  const service = await startProcess(
    {
      CRM_CONNECTOR: 'hubspot',
      HUBSPOT_ACCESS_TOKEN: crm.settings.token,
      HUBSPOT_API_URL: crm.url,
      REDIS_URL: redis.url,
      ...env,
    },
    role,
  );
  services.push(service);
  return service;
}

async function deliverAll(url: string, events: readonly object[]): Promise<void> {
  for (let index = 0; index < events.length; index += 50) {
    const answers = await Promise.all(events.slice(index, index + 50).map((event) => deliver(url, event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  }
}

const calls = (count: number, first = 0, people = count) =>
  Array.from({ length: count }, (_, index) => anyCall(first + index, (first + index) % people));

/** One contact for each person, one call for each event, each linked once. */
function expectExactly(people: number, events: number): void {
  expect(crm.contacts()).toHaveLength(people);
  expect(crm.calls()).toHaveLength(events);
  const links = crm.associations().filter(({ from }) => from.type === 'calls');
  expect(links).toHaveLength(events);
}

describe('a call', () => {
  test('becomes a contact and a call, associated, with what was extracted', async () => {
    const { url } = await start();
    await deliver(url, anyCall(1));
    await until(() => crm.associations().length > 0, 'the call is linked');
    expectExactly(1, 1);
    expect(crm.contacts()[0]!.properties).toMatchObject({
      altur_person_key: 'user_1',
      firstname: 'Sofía',
      lastname: 'Peña 1',
      phone: phoneOf(1),
      altur_status: 'status 1',
      altur_tags: 'payment_promise;call_later',
    });
    expect(crm.calls()[0]!.properties).toMatchObject({
      altur_call_id: 'cll_test000001',
      hs_call_duration: '45000',
      hs_call_status: 'COMPLETED',
      hs_call_direction: 'OUTBOUND',
      hs_call_body: expect.stringContaining('Payment Amount: 1200'),
    });
  });

  test('alone is written without waiting for a timer', async () => {
    const { url, log } = await start();
    await until(() => log.some(({ message }) => message === 'CRM connected'), 'the schema is read');
    await deliver(url, anyCall(1));
    await until(() => crm.calls().length === 1, 'the call is written');
    await deliver(url, anyCall(2, 1));
    await until(() => log.filter(({ message }) => message === 'call synced').length === 2, 'both are synced');
    const [first, last] = [crm.requests.at(-3)!, crm.requests.at(-1)!];
    expect(last.path).toContain('associate');
    const synced = log.findLast(({ message }) => message === 'call synced')!;
    const inRequests = last.at - first.at;
    expect(Number(synced.sinceReceivedMs) - inRequests).toBeLessThan(250);
  });

  test('delivered five times at once, and to two ingresses, is one', async () => {
    const [one, other] = [await start(), await start()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => deliver(index % 2 === 0 ? one.url : other.url, anyCall(1))),
    );
    expect(answers.filter(({ answer }) => (answer as { status: string }).status === 'queued')).toHaveLength(
      1,
    );
    await deliver(one.url, anyCall(2));
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 2,
      'both are linked',
    );
    expectExactly(2, 2);
  });

  test('that changed updates its own records', async () => {
    const { url } = await start();
    await deliver(url, anyCall(1, 1, { duration: 10 }));
    await until(() => crm.calls().length === 1, 'the first version is written');
    await deliver(url, anyCall(1, 1, { duration: 20 }));
    await until(
      () => crm.calls()[0]!.properties.hs_call_duration === '20000',
      'the second version is written',
    );
    expectExactly(1, 1);
  });

  test('older than what was written leaves the newer status', async () => {
    const { url } = await start();
    await deliver(url, anyCall(5, 1));
    await until(() => crm.calls().length === 1, 'the newer call is written');
    await deliver(url, anyCall(4, 1));
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 2,
      'both are linked',
    );
    expect(crm.contacts()[0]!.properties.altur_status).toBe('status 5');
    expectExactly(1, 2);
  });

  test('older than what was written leaves the newer status, whichever of the two has the id', async () => {
    const { url } = await start();
    const linked = (count: number) => () =>
      crm.associations().filter(({ from }) => from.type === 'calls').length === count;
    const withoutId = (index: number) =>
      anyCall(index, 1, { campaign_user: { contact: phoneOf(1), status: `status ${index}` } });
    await deliver(url, anyCall(5, 1));
    await until(linked(1), 'the newer call is written');
    await deliver(url, withoutId(4));
    await until(linked(2), 'the older one is linked');
    expect(crm.contacts()[0]!.properties.altur_status).toBe('status 5');
    await deliver(url, withoutId(8));
    await until(linked(3), 'the newest is linked');
    await deliver(url, anyCall(7, 1));
    await until(linked(4), 'the last is linked');
    expect(crm.contacts()[0]!.properties.altur_status).toBe('status 8');
    expectExactly(1, 4);
  });
});

describe('the quota', () => {
  test('1,000 calls of 500 known people take at most 35 requests, 1,000 new people at most 80', async () => {
    const people = await start();
    await deliverAll(people.url, calls(500));
    await until(() => crm.calls().length === 500, 'the people are known');
    await people.stop();

    const ingress = await start('ingress');
    await deliverAll(ingress.url, calls(1_000, 1_000, 500));
    crm.clearRequests();
    const worker = await start('worker');
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 1_500,
      'all is written',
    );
    const known = crm.requests.length;
    await worker.stop();

    await deliverAll(
      ingress.url,
      Array.from({ length: 1_000 }, (_, index) => anyCall(5_000 + index)),
    );
    crm.clearRequests();
    await start('worker');
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 2_500,
      'all is written',
    );
    const fresh = crm.requests.length;
    expectExactly(1_500, 2_500);
    expect({ known: known <= 35 || known, fresh: fresh <= 80 || fresh }).toEqual({
      known: true,
      fresh: true,
    });
  });
});

describe('whatever breaks, each call is written once', () => {
  test.each(['contacts/batch/upsert', 'calls/batch/upsert', 'associate/default'])(
    'a response lost after %s',
    async (path) => {
      const { url } = await start();
      crm.fault({ kind: 'lost', path });
      await deliverAll(url, calls(3));
      await until(
        () => crm.associations().filter(({ from }) => from.type === 'calls').length === 3,
        'all are linked',
      );
      expectExactly(3, 3);
    },
  );

  test('HubSpot down for a while', async () => {
    const { url, log } = await start();
    const outage = crm.fault({ kind: 'status', status: 503, method: 'POST', times: 'always' });
    await deliverAll(url, calls(3));
    await until(() => outage.strikes >= 2, 'HubSpot was tried twice');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    outage.remove();
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 3,
      'all are linked',
    );
    expectExactly(3, 3);
    expect(log.filter(({ message }) => message === 'call is a dead letter')).toEqual([]);
    await until(async () => (await fetch(`${url}/readyz`)).ok, 'the service is ready again');
  });

  test('workers killed in the middle of their batches', async () => {
    const ingress = await start('ingress');
    await deliverAll(ingress.url, calls(300, 0, 150));
    for (let round = 0; round < 3; round++) {
      const before = crm.requests.length;
      const worker = await start('worker');
      await until(() => crm.requests.length > before + 3 + round, 'the worker is in the middle of it');
      await worker.stop('SIGKILL');
    }
    const last = await start('worker');
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 300,
      'all are linked',
      60_000,
    );
    expectExactly(150, 300);
    expect(await last.stop()).toBe(0);
  });

  test('a deploy in the middle of a batch', async () => {
    const ingress = await start('ingress');
    await deliverAll(ingress.url, calls(250));
    const leaving = await start('worker');
    await until(() => crm.requests.some(({ path }) => path.includes('/calls/batch')), 'a batch is in flight');
    expect(await leaving.stop('SIGTERM')).toBe(0);
    await start('worker');
    await until(
      () => crm.associations().filter(({ from }) => from.type === 'calls').length === 250,
      'all are linked',
    );
    expectExactly(250, 250);
  });
});

test('a worker whose token is not valid says so, and is ready once it is, though no call has come', async () => {
  const { url } = await start('worker', { HUBSPOT_ACCESS_TOKEN: 'pat-na1-another' });
  const readiness = async () => (await fetch(`${url}/readyz`)).text();
  await until(
    async () => (await readiness()).includes('the access token is not valid'),
    'the reason is reported',
  );
  crm.settings.token = 'pat-na1-another';
  await until(async () => (await fetch(`${url}/readyz`)).ok, 'the worker is ready');
});

test('workers beside an ingress start whatever PORT is, since any port will do for their health', async () => {
  const { url } = await start('ingress');
  const PORT = new URL(url).port;
  const workers = [await start('worker', { PORT }), await start('worker', { PORT })];
  const health = workers.map(async (worker) => (await fetch(`${worker.url}/healthz`)).status);
  expect(await Promise.all(health)).toEqual([200, 200]);
  expect(new Set([url, ...workers.map((worker) => worker.url)]).size).toBe(3);
});

test('one bad record is a dead letter with the reason, the others are written', async () => {
  const { url, log } = await start();
  crm.fault({ ...rejectedCall('cll_test000001'), times: 1 });
  await deliver(url, anyCall(1));
  await until(
    () => log.some(({ message }) => message === 'call is a dead letter'),
    'the call is a dead letter',
  );
  await deliver(url, anyCall(2));
  await until(() => crm.calls().length === 1, 'the other call is written');
  const deadLetter = log.find(({ message }) => message === 'call is a dead letter')!;
  expect(deadLetter).toMatchObject({
    callId: 'cll_test000001',
    reason: expect.stringContaining('VALIDATION_ERROR'),
  });
});
