/** Users that may not run everything, and a Redis that answers every command with an error. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { anyCall } from '../calls.ts';
import { deliver, until } from '../e2e/service-process.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { portOf } from '../redis-variants.ts';
import { cpuShare, Deployment, readiness } from './deployment.ts';

let server: RedisServer;
let admin: Redis;
let deployment: Deployment;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
beforeEach(async () => {
  await admin.flushall();
  deployment = new Deployment();
  await deployment.open();
});
afterEach(async () => {
  await deployment.close();
  await admin.config('SET', 'maxmemory', '0');
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

/** The URL of a user with these rules. */
async function userWith(...rules: string[]): Promise<string> {
  await admin.acl('SETUSER', 'app', 'reset', 'on', '>s3cret', ...rules);
  return `redis://app:s3cret@127.0.0.1:${portOf(server)}`;
}

const ALL = ['~*', '&*', '+@all'];
const calls = (count: number, first = 0) => Array.from({ length: count }, (_, at) => anyCall(first + at));

test.each([
  ['the usual managed account, without INFO', ['~*', '&*', '+@all', '-@dangerous']],
  ['the rule the README names', ['~{altur}:*', '~{altur}', '&*', '+@all', '-@admin', '-@dangerous', '+info']],
])('%s is enough', async (_, rules) => {
  const { url, stop } = await deployment.start('all', await userWith(...rules));
  await deployment.accept(url, calls(40));
  await deployment.written(40);
  expect((await readiness(url)).status).toBe(200);
  expect(await stop()).toBe(0);
});

describe('an event is answered 200 only when it will be written', () => {
  test('the delivery after a right was granted is accepted and written once', async () => {
    const { url } = await deployment.start('all', await userWith(...ALL, '-xadd'));
    for (let delivery = 0; delivery < 3; delivery++)
      expect((await deliver(url, anyCall(1))).status).toBe(503);
    expect((await readiness(url)).text).toContain('XADD');
    await userWith(...ALL);
    expect((await deliver(url, anyCall(1))).status).toBe(200);
    await deployment.written(1);
  });

  test('so is one whose script was interrupted when the right was taken away a moment ago', async () => {
    const { url } = await deployment.start('ingress', await userWith(...ALL));
    await userWith(...ALL, '-xadd');
    expect((await deliver(url, anyCall(1))).status).toBe(503);
    expect(await admin.keys('*:de:*')).toHaveLength(1);
    await userWith(...ALL);
    const worker = await deployment.start('worker', server.url);
    expect(await deliver(url, anyCall(1))).toEqual({ status: 200, answer: { status: 'queued' } });
    await deployment.written(1);
    expect(await deliver(url, anyCall(1))).toEqual({ status: 200, answer: { status: 'duplicate' } });
    await worker.stop();
  });
});

test('a redelivery of a call that the mapping skips is a duplicate, and changes nothing', async () => {
  const { url } = await deployment.start('all', server.url);
  const skipped = anyCall(1, 1, {
    campaign_user: undefined,
    phone_number_to: undefined,
    phone_number_from: undefined,
  });
  expect((await deliver(url, skipped)).status).toBe(200);
  await until(async () => (await admin.keys('{altur}:calls:cll*')).length === 0, 'the job is done');
  expect((await deliver(url, skipped)).answer).toEqual({ status: 'duplicate' });
});

describe('while Redis answers each command with an error', () => {
  const cases: [string, () => Promise<string>, () => Promise<unknown>, string][] = [
    ['NOPERM for EVAL', () => userWith(...ALL, '-eval', '-evalsha'), () => userWith(...ALL), 'EVAL'],
    [
      'OOM',
      async () => {
        await admin.config('SET', 'maxmemory', '1mb');
        return server.url;
      },
      () => admin.config('SET', 'maxmemory', '0'),
      'full',
    ],
    [
      'READONLY',
      async () => {
        await admin.call('REPLICAOF', '127.0.0.1', '1');
        return server.url;
      },
      () => admin.call('REPLICAOF', 'NO', 'ONE'),
      'replica',
    ],
  ];

  test.each(cases)(
    '%s: not ready with the reason, little CPU, ends on SIGTERM, goes on after the fix',
    async (_, break_, fix, reason) => {
      const url = await break_();
      try {
        const [worker, stopped, ingress] = await Promise.all([
          deployment.start('worker', url),
          deployment.start('worker', url),
          deployment.start('ingress', url),
        ]);
        for (let look = 0; look < 5; look++) {
          for (const each of [worker, ingress]) {
            const { status, text } = await readiness(each.url);
            expect([status, text]).toEqual([503, expect.stringContaining(reason)]);
          }
        }
        expect((await deliver(ingress.url, anyCall(1))).status).toBe(503);
        expect(await cpuShare(worker.pid, 3_000)).toBeLessThan(0.2);
        const stoppedAt = Date.now();
        await stopped.stop();
        expect(Date.now() - stoppedAt).toBeLessThan(25_000);
        await fix();
        await deployment.accept(ingress.url, calls(20));
        await deployment.written(20);
        expect((await readiness(worker.url)).status).toBe(200);
      } finally {
        await fix();
      }
    },
    60_000,
  );
});

test('nearly full is not ready, for the same reason for which events are turned away', async () => {
  const { url } = await deployment.start('all', server.url);
  await until(async () => (await readiness(url)).status === 200, 'it is ready');
  const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))![1]);
  await admin.config('SET', 'maxmemory', `${Math.round(used * 1.1)}`);
  const { status, text } = await readiness(url);
  expect([status, text]).toEqual([503, expect.stringMatching(/Redis is \d+ % full: raise maxmemory/)]);
  expect((await deliver(url, anyCall(1))).status).toBe(503);
  await admin.config('SET', 'maxmemory', '0');
  expect((await deliver(url, anyCall(1))).status).toBe(200);
  expect((await readiness(url)).status).toBe(200);
});

test('a worker that starts while Redis is nearly full writes what waits, which is what empties it', async () => {
  const ingress = await deployment.start('ingress', server.url);
  await deployment.accept(ingress.url, calls(5));
  const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))![1]);
  await admin.config('SET', 'maxmemory', `${Math.round(used * 1.2)}`);
  const worker = await deployment.start('worker', server.url);
  expect((await readiness(worker.url)).text).toContain('% full');
  await deployment.written(5);
});

test('a worker that may not wait for jobs is not ready and says why, while events are taken for when it may', async () => {
  const url = await userWith(...ALL, '-bzpopmin');
  const [worker, ingress] = await Promise.all([
    deployment.start('worker', url),
    deployment.start('ingress', url),
  ]);
  const { status, text } = await readiness(worker.url);
  expect([status, text]).toEqual([503, expect.stringContaining('BZPOPMIN')]);
  await deployment.accept(ingress.url, calls(5));
  expect(await cpuShare(worker.pid, 2_000)).toBeLessThan(0.2);
  await userWith(...ALL);
  await deployment.written(5);
});
