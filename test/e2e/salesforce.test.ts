import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyCall, phoneOf } from '../calls.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type SalesforceSimulator, startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let crm: SalesforceSimulator;
let services: ServiceProcess[];

beforeEach(async () => {
  redis = await startRedis({ appendonly: 'yes' });
  crm = await startSalesforce({ provisioned: true, settings: { latencyMs: 20 } });
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await crm.close();
  await redis.stop();
});

async function start(role: 'all' | 'ingress' | 'worker' = 'all') {
  const service = await startProcess(
    {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: crm.url,
      SALESFORCE_CLIENT_ID: 'client-id',
      SALESFORCE_CLIENT_SECRET: 'client-secret',
      REDIS_URL: redis.url,
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
const tasks = () => crm.records('Task');

/** One contact for each person, one task for each call, each linked. */
function expectExactly(people: number, events: number): void {
  expect(crm.records('Contact')).toHaveLength(people);
  expect(tasks()).toHaveLength(events);
  const ids = new Set(crm.records('Contact').map(({ Id }) => Id));
  expect(tasks().filter(({ WhoId }) => ids.has(String(WhoId)))).toHaveLength(events);
}

test('a call becomes a contact and a task, linked, with what was extracted', async () => {
  const { url } = await start();
  await Promise.all(Array.from({ length: 5 }, () => deliver(url, anyCall(1))));
  await until(() => tasks().length > 0, 'the call is written');
  expectExactly(1, 1);
  expect(crm.records('Contact')[0]).toMatchObject({
    Altur_Person_Key__c: 'user_1',
    FirstName: 'Sofía',
    LastName: 'Peña 1',
    Phone: phoneOf(1),
    Altur_Status__c: 'status 1',
    Altur_Tags__c: 'payment_promise;call_later',
  });
  expect(tasks()[0]).toMatchObject({
    Altur_Call_Id__c: 'cll_test000001',
    TaskSubtype: 'Call',
    CallType: 'Outbound',
    CallDurationInSeconds: 45,
    CallDisposition: 'Connected',
    Status: 'Completed',
    ActivityDate: '2026-11-24',
    Description: expect.stringContaining('Payment Amount: 1200'),
  });
});

test('a call that changed updates its own task, without TaskSubtype', async () => {
  const { url } = await start();
  await deliver(url, anyCall(1, 1, { duration: 10 }));
  await until(() => tasks().length === 1, 'the first version is written');
  await deliver(url, anyCall(1, 1, { duration: 20 }));
  await until(() => tasks()[0]!.CallDurationInSeconds === 20, 'the second version is written');
  expectExactly(1, 1);
});

test('a call that changed while the answer to its first version was lost is what it changed to', async () => {
  const { url, log } = await start();
  await until(() => log.some(({ message }) => message === 'CRM connected'), 'the schema is read');
  crm.fault({ kind: 'lost', path: '/composite$', nth: 2 });
  await deliver(url, anyCall(1, 1, { duration: 10 }));
  await until(() => tasks().length === 1, 'the first version is written');
  await deliver(url, anyCall(1, 1, { duration: 20 }));
  await until(() => tasks()[0]!.CallDurationInSeconds === 20, 'the second version is written');
  expectExactly(1, 1);
});

test('1,000 calls of 500 known people take at most 7.5 requests, of 1,000 new people at most 15', async () => {
  const people = await start();
  await deliverAll(people.url, calls(500));
  await until(() => tasks().length === 500, 'the people are known');
  await people.stop();

  const ingress = await start('ingress');
  await deliverAll(ingress.url, calls(1_000, 1_000, 500));
  const before = crm.apiRequests;
  const worker = await start('worker');
  await until(() => tasks().length === 1_500, 'all is written');
  const known = crm.apiRequests - before;
  await worker.stop();

  await deliverAll(
    ingress.url,
    Array.from({ length: 1_000 }, (_, index) => anyCall(5_000 + index)),
  );
  const between = crm.apiRequests;
  await start('worker');
  await until(() => tasks().length === 2_500, 'all is written');
  const fresh = crm.apiRequests - between;
  expectExactly(1_500, 2_500);
  expect({ known: known <= 7 || known, fresh: fresh <= 15 || fresh }).toEqual({ known: true, fresh: true });
});

describe('whatever breaks, each call is written once', () => {
  test('a lost response', async () => {
    const { url, log } = await start();
    await until(() => log.some(({ message }) => message === 'CRM connected'), 'the schema is read');
    crm.fault({ kind: 'lost', path: '/composite$', nth: 2 });
    await deliverAll(url, calls(3));
    await until(() => tasks().length === 3, 'all are written');
    await until(() => log.filter(({ message }) => message === 'call synced').length === 3, 'all are synced');
    expectExactly(3, 3);
  });

  test('an expired token', async () => {
    const { url } = await start();
    await deliver(url, anyCall(1));
    await until(() => tasks().length === 1, 'the first is written');
    crm.expireTokens();
    await deliver(url, anyCall(2));
    await until(() => tasks().length === 2, 'the second is written');
    expect(crm.tokenRequests).toBe(2);
  });

  test('a token that is rejected when fresh pauses the queue, and does not loop', async () => {
    const { url } = await start();
    await deliver(url, anyCall(1));
    await until(() => tasks().length === 1, 'the first is written');
    (crm.settings as { refuseTokens: boolean }).refuseTokens = true;
    const before = crm.requests.length;
    await deliver(url, anyCall(2));
    await until(
      async () => (await fetch(`${url}/readyz`)).status === 503,
      'the service says it is not ready',
    );
    expect(crm.requests.length - before).toBeLessThan(8);
  });

  test('workers killed in the middle of their batches', async () => {
    const ingress = await start('ingress');
    await deliverAll(ingress.url, calls(600, 0, 300));
    for (let round = 0; round < 2; round++) {
      const before = crm.requests.length;
      const worker = await start('worker');
      await until(() => crm.requests.length > before + 2 + round, 'the worker is in the middle of it');
      await worker.stop('SIGKILL');
    }
    await start('worker');
    await until(() => tasks().length === 600, 'all are written', 60_000);
    await until(
      async () =>
        (await fetch(`${ingress.url}/metrics`).then((r) => r.text())).includes(
          'altur_queue_jobs{state="active"} 0',
        ),
      'the queue is empty',
      60_000,
    );
    expectExactly(300, 600);
  }, 150_000);
});

test('one bad record is a dead letter with the reason, the others are written', async () => {
  const { url, log } = await start();
  crm.failRecord({
    key: 'cll_test000002',
    statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Custom rule',
    fields: ['Subject'],
    times: 99,
  });
  await deliverAll(url, calls(4, 1, 10));
  await until(
    () => log.some(({ message }) => message === 'call is a dead letter'),
    'the bad call is a dead letter',
  );
  await until(() => tasks().length === 3, 'the others are written');
  expect(log.find(({ message }) => message === 'call is a dead letter')).toMatchObject({
    callId: 'cll_test000002',
    reason: expect.stringContaining('FIELD_CUSTOM_VALIDATION_EXCEPTION (Subject)'),
  });
});
