/** Connections to Redis that die without a word, and masters that change. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { anyCall } from '../calls.ts';
import { deliver, until } from '../e2e/service-process.ts';
import { startRedis } from '../redis-server.ts';
import { portOf, startProxy } from '../redis-variants.ts';
import { Deployment } from './deployment.ts';

let deployment: Deployment;
beforeEach(async () => {
  deployment = new Deployment();
  await deployment.open();
});
afterEach(() => deployment.close());

const calls = (count: number, first: number) => Array.from({ length: count }, (_, at) => anyCall(first + at));

test('half-open connections are noticed and replaced, in the ingress and in the worker', async () => {
  const server = await deployment.using(startRedis());
  const proxy = await deployment.using(startProxy(portOf(server)));
  const through = `redis://127.0.0.1:${proxy.port}`;
  const ingress = await deployment.start('ingress', through);
  const worker = await deployment.start('worker', through);
  const other = await deployment.start('ingress', server.url);
  await deployment.accept(ingress.url, calls(20, 0));
  await deployment.written(20);

  proxy.swallow();
  const swallowedAt = Date.now();
  await deployment.accept(other.url, calls(10, 100));
  let refused = 0;
  await until(async () => {
    const { status } = await deliver(ingress.url, anyCall(200));
    if (status !== 200) refused += 1;
    return status === 200;
  }, 'the ingress takes events again');
  expect(Date.now() - swallowedAt).toBeLessThan(15_000);
  expect(refused).toBeGreaterThan(0);
  await deployment.written(31, 30_000 - (Date.now() - swallowedAt));
  expect(worker.log.some(({ message }) => message === 'Redis does not answer')).toBe(true);
});

test('a worker that waits for a job keeps its connections: silence by design is no fault', async () => {
  const server = await deployment.using(startRedis());
  const proxy = await deployment.using(startProxy(portOf(server)));
  const worker = await deployment.start('worker', `redis://127.0.0.1:${proxy.port}`);
  const client = new Redis(server.url);
  // A call that is due in an hour makes the worker wait for as long as it ever does.
  await client.zadd('{altur}:calls:delayed', (Date.now() + 3_600_000) * 0x1000, 'none');
  const before = proxy.connections;
  await new Promise((next) => setTimeout(next, 14_000));
  expect(proxy.connections).toBe(before);
  expect(worker.log.filter(({ level }) => level === 'error')).toEqual([]);
  client.disconnect();
});

test('when the address leads to another master, every call is written once', async () => {
  const first = await deployment.using(startRedis());
  const second = await deployment.using(startRedis({ replicaof: `127.0.0.1 ${portOf(first)}` }));
  const proxy = await deployment.using(startProxy(portOf(first)));
  const through = `redis://127.0.0.1:${proxy.port}`;
  const service = await deployment.start('all', through);
  const master = new Redis(first.url);
  await until(
    async () => /slave0:.*state=online/.test(await master.info('replication')),
    'the replica is online',
  );
  await deployment.accept(service.url, calls(60, 0));
  await master.call('FAILOVER', 'TO', '127.0.0.1', `${portOf(second)}`);
  proxy.leadTo(portOf(second));
  await deployment.accept(service.url, calls(60, 100));
  await deployment.written(120);
  master.disconnect();
});
