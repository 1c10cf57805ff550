/** Which processes are alive, as each of them and `doctor` see it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import {
  openRunningProcesses,
  type RunningProcess,
  type RunningProcesses,
} from '../../src/monitoring/running-processes.ts';
import { readVersion } from '../../src/version.ts';
import { anyCall } from '../calls.ts';
import { deliver, until } from '../e2e/service-process.ts';
import { Deployment, readiness } from '../faults/deployment.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

let deployment: Deployment;
let server: RedisServer;
let redis: Redis;
let processes: RunningProcesses;

beforeEach(async () => {
  deployment = new Deployment();
  await deployment.open();
  server = await deployment.using(startRedis());
  redis = new Redis(server.url);
  await deployment.using({ stop: () => redis.disconnect() });
  processes = openRunningProcesses(redis);
});
afterEach(() => deployment.close());

const roles = async () => (await processes.list()).map(({ role }) => role).toSorted();

describe('processes', () => {
  test('say their version, when they were active last, and, workers, how their CRM is', async () => {
    const ingress = await deployment.start('ingress', server.url);
    const worker = await deployment.start('worker', server.url);
    await until(async () => (await roles()).length === 2, 'both are alive');
    await until(
      async () => (await processes.list()).some(({ crm }) => crm?.connected),
      'the worker is connected',
      // Sooner than the next beat: it says so at once.
      4_000,
    );
    const startedAt = Date.now();
    await deliver(ingress.url, anyCall(1));
    await deployment.written(1);
    const bothActive = async () => (await processes.list()).every(({ lastActivityAt }) => lastActivityAt);
    await until(bothActive, 'both say that they were active');
    for (const each of await processes.list()) {
      expect(each.version).toBe(readVersion());
      expect(each.lastActivityAt).toBeGreaterThanOrEqual(startedAt);
      expect(each.pid).toBe(each.role === 'worker' ? worker.pid : ingress.pid);
      const burst = { limit: expect.any(Number), perMs: 10_000 };
      const usage = { used: expect.any(Number), limit: 250_000, burst };
      expect(each.crm).toEqual(each.role === 'worker' ? { connected: true, usage } : undefined);
    }
    expect(ingress.log.find(({ message }) => message === 'listening')).toMatchObject({
      version: readVersion(),
    });
  });

  test('that are stopped are forgotten at once, killed ones soon', async () => {
    const stopped = await deployment.start('worker', server.url);
    const killed = await deployment.start('all', server.url);
    await until(async () => (await roles()).length === 2, 'both are alive');
    const stopping = stopped.stop('SIGTERM');
    await until(async () => (await roles()).join() === 'all', 'the stopped one is forgotten', 3_000);
    await stopping;
    await killed.stop('SIGKILL');
    const killedAt = Date.now();
    expect(await roles()).toEqual(['all']);
    await until(async () => (await roles()).length === 0, 'the killed one is forgotten', 20_000);
    expect(Date.now() - killedAt).toBeGreaterThan(5_000);
    expect(await redis.keys('{altur}:process*')).toEqual([]);
  });
});

test('a process whose clock is wrong is alive for as long as any other', async () => {
  const at = (id: string, startedAt: number): RunningProcess => {
    return { id, role: 'worker', host: 'h', pid: 1, version: '1', startedAt };
  };
  const day = 24 * 3_600_000;
  await processes.set(at('early', Date.now() - day));
  await processes.set(at('late', Date.now() + day));
  expect((await processes.list()).map(({ id }) => id)).toEqual(['early', 'late']);
  for (const id of ['early', 'late']) {
    const left = await redis.pttl(`{altur}:process:${id}`);
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(15_000);
  }
});

test('the ingress is ready without a worker, and says so until there is one', async () => {
  const { url } = await deployment.start('ingress', server.url);
  const without = await readiness(url);
  expect(without.status).toBe(200);
  expect(JSON.parse(without.text)).toMatchObject({
    status: 'ready',
    checks: expect.arrayContaining([
      {
        name: 'workers',
        ok: true,
        code: 'NO_WORKER',
        reason: expect.stringContaining('no worker is running'),
      },
    ]),
  });
  const worker = await deployment.start('worker', server.url);
  await until(async () => !(await readiness(url)).text.includes('NO_WORKER'), 'the ingress knows the worker');
  expect((await readiness(worker.url)).text).toContain('{"name":"workers","ok":true}');
  expect((await readiness(url)).text).toContain('{"name":"workers","ok":true}');
});
