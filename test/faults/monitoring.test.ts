/** Redis in trouble while an operator looks at the dashboard and acts. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { anyCall } from '../calls.ts';
import { type ServiceProcess, until } from '../e2e/service-process.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { Deployment } from './deployment.ts';

const PASSWORD = 'a password of the test';
const CALL = 'cll_test000001';

let deployment: Deployment;
let server: RedisServer;
let admin: Redis;
let service: ServiceProcess;

beforeEach(async () => {
  deployment = new Deployment();
  await deployment.open();
  server = await deployment.using(startRedis());
  admin = new Redis(server.url);
  admin.on('error', () => {});
  service = await deployment.start('all', server.url, { DASHBOARD_PASSWORD: PASSWORD });
  await deployment.accept(service.url, [anyCall(1)]);
  await until(async () => (await jobs()).length === 0, 'the call is written');
});
afterEach(async () => {
  admin.disconnect();
  await deployment.close();
});

const jobs = () => admin.keys('{altur}:calls:cll*');

async function ask(path: string, body?: object): Promise<{ status: number; error: string }> {
  const headers = {
    authorization: `Basic ${btoa(`admin:${PASSWORD}`)}`,
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
  };
  const request = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  const response = await fetch(`${service.url}/dashboard${path}`, {
    headers,
    redirect: 'manual',
    ...request,
  });
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  return { status: response.status, error: answer.error ?? '' };
}

const READS = ['/api/overview', '/api/calls?q=', `/api/calls/${CALL}`];
const ACTIONS: readonly [string, object][] = [
  ['retry', { callIds: [CALL] }],
  ['discard', { callIds: [CALL] }],
  ['resync', { callIds: [CALL] }],
  ['check', { callId: CALL }],
  ['create-field', { object: 'person', field: 'altur_tags' }],
];

async function expectOutage(): Promise<void> {
  for (const path of READS)
    expect(await ask(path)).toEqual({ status: 503, error: expect.stringContaining('does Redis answer?') });
  for (const [name, body] of ACTIONS) {
    const answer = await ask(`/api/actions/${name}`, body);
    expect([name, answer]).toEqual([
      name,
      { status: 503, error: expect.stringContaining('does Redis answer?') },
    ]);
  }
  // The page of the call says what is wrong.
  expect((await ask(`/calls/${CALL}/crm`)).status).toBe(302);
  // The preview needs no Redis.
  expect((await ask('/preview/data')).status).toBe(200);
  expect(service.log.filter(({ message }) => message === 'request failed')).toEqual([]);
}

async function expectRecovery(): Promise<void> {
  await until(async () => (await ask('/api/overview')).status === 200, 'the overview is read');
  expect((await ask('/api/actions/resync', { callIds: [CALL] })).status).toBe(200);
}

test('a Redis that hangs is said by the pages and the buttons, which work again once it answers', async () => {
  process.kill(server.pid, 'SIGSTOP');
  await expectOutage();
  process.kill(server.pid, 'SIGCONT');
  await expectRecovery();
});

test('a Redis that is gone is said likewise; one that comes back empty is used', async () => {
  await server.stop();
  await expectOutage();
  await deployment.using(startRedis({}, Number(new URL(server.url).port)));
  await expectRecovery();
  await deployment.accept(service.url, [anyCall(2)]);
  await deployment.written(2);
  await until(async () => (await admin.scard('{altur}:processes')) === 1, 'the process says it is alive');
});

test('an action that a full Redis rejects is said to be rejected, and calls stay readable', async () => {
  await admin.config('SET', 'maxmemory', '1mb');
  expect(await ask('/api/actions/resync', { callIds: [CALL] })).toMatchObject({ status: 503 });
  expect((await ask('/api/overview')).status).toBe(200);
  expect(await jobs()).toEqual([]);
  await admin.config('SET', 'maxmemory', '0');
  await expectRecovery();
});
