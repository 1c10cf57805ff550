/** Where Redis is: one endpoint of a cluster, behind Sentinels, behind TLS with an authority of one's own. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { anyCall } from '../calls.ts';
import { deliver, until } from '../e2e/service-process.ts';
import { freePort, startRedis } from '../redis-server.ts';
import {
  type Authority,
  clusterPort,
  createAuthority,
  MASTER_NAME,
  portOf,
  startCluster,
  startSentinels,
} from '../redis-variants.ts';
import { cpuShare, Deployment, readiness } from './deployment.ts';

let authority: Authority;
let deployment: Deployment;
beforeAll(() => {
  authority = createAuthority();
});
beforeEach(async () => {
  deployment = new Deployment();
  await deployment.open();
});
afterEach(() => deployment.close());
afterAll(() => authority.remove());

const calls = (count: number, first = 0) => Array.from({ length: count }, (_, at) => anyCall(first + at));

describe('a cluster', () => {
  test('is recognised from any one of its nodes, and used as one', async () => {
    const cluster = await deployment.using(startCluster(3));
    const other = cluster.nodes[(cluster.owner + 1) % 3]!;
    const { url } = await deployment.start('all', other.url);
    expect((await deliver(url, anyCall(0))).status).toBe(200);
    await deployment.accept(url, calls(60));
    await deployment.written(60);
  });

  test('is recognised by a user who may not ask what it is', async () => {
    const cluster = await deployment.using(startCluster(3));
    for (const { url } of cluster.nodes) {
      const admin = new Redis(url);
      await admin.acl('SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all', '-info', '-cluster');
      admin.disconnect();
    }
    const port = portOf(cluster.nodes[(cluster.owner + 1) % 3]!);
    const { url } = await deployment.start('all', `redis://app:pw@127.0.0.1:${port}`);
    await deployment.accept(url, calls(20));
    await deployment.written(20);
  });

  test('whose master of our slot is killed is served by its replica', async () => {
    const cluster = await deployment.using(startCluster(3, { replicas: 1 }));
    const other = cluster.nodes[(cluster.owner + 1) % 3]!;
    const { url } = await deployment.start('all', other.url);
    await deployment.accept(url, calls(40));
    await cluster.nodes[cluster.owner]!.stop();
    await deployment.accept(url, calls(40, 100));
    await deployment.written(80);
  });
});

describe('Sentinels', () => {
  test('lead to the new master when the old one is killed', async () => {
    const master = await deployment.using(startRedis());
    await deployment.using(startRedis({ replicaof: `127.0.0.1 ${portOf(master)}` }));
    const { ports } = await deployment.using(startSentinels(portOf(master)));
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
    const { url } = await deployment.start('all', `redis+sentinel://${hosts}/${MASTER_NAME}`);
    await deployment.accept(url, calls(40));
    await deployment.written(40);
    await master.stop();
    await deployment.accept(url, calls(60, 100), 40_000);
    await deployment.written(100);
  });

  test('one given as a server is named as such, and costs no CPU', async () => {
    const master = await deployment.using(startRedis());
    await deployment.using(startRedis({ replicaof: `127.0.0.1 ${portOf(master)}` }));
    const { ports } = await deployment.using(startSentinels(portOf(master)));
    const worker = await deployment.start('worker', `redis://127.0.0.1:${ports[0]}`);
    const { status, text } = await readiness(worker.url);
    expect([status, text]).toEqual([503, expect.stringContaining('redis+sentinel://')]);
    expect(await cpuShare(worker.pid, 3_000)).toBeLessThan(0.2);
    const stoppedAt = Date.now();
    await worker.stop();
    expect(Date.now() - stoppedAt).toBeLessThan(25_000);
  });
});

describe('TLS with an authority of one’s own', () => {
  const trusting = () => ({ REDIS_CA_FILE: authority.caFile });

  test('is used with REDIS_CA_FILE by a single server', async () => {
    const port = await freePort();
    await deployment.using(startRedis(authority.options(port)));
    const { url } = await deployment.start('all', `rediss://127.0.0.1:${port}`, trusting());
    await deployment.accept(url, calls(20));
    await deployment.written(20);
  });

  test('is used with REDIS_CA_FILE by a cluster', async () => {
    const tls: number[] = [];
    for (let index = 0; index < 3; index++) tls.push(await clusterPort());
    let started = 0;
    const options = () => ({ ...authority.options(tls[started++]!), 'tls-cluster': 'yes' });
    const cluster = await deployment.using(startCluster(3, { options, meetPort: tls[0] }));
    const port = tls[(cluster.owner + 1) % 3];
    const { url } = await deployment.start('all', `rediss://localhost:${port}`, trusting());
    await deployment.accept(url, calls(20));
    await deployment.written(20);
  });

  test('is used with REDIS_CA_FILE by Sentinels', async () => {
    const [port, second] = [await freePort(), await freePort()];
    const replication = { 'tls-replication': 'yes' };
    await deployment.using(startRedis({ ...authority.options(port), ...replication }));
    const replicaof = `127.0.0.1 ${port}`;
    await deployment.using(startRedis({ ...authority.options(second), ...replication, replicaof }));
    const sentinelPorts = [await freePort(), await freePort(), await freePort()];
    let next = 0;
    const { ports } = await deployment.using(
      startSentinels(port, () => [
        ...Object.entries(authority.options(sentinelPorts[next++]!)).map(
          ([name, value]) => `${name} ${value}`,
        ),
        'tls-replication yes',
      ]),
    );
    expect(ports).toHaveLength(3);
    const hosts = sentinelPorts.map((each) => `127.0.0.1:${each}`).join(',');
    const { url } = await deployment.start('all', `rediss+sentinel://${hosts}/${MASTER_NAME}`, trusting());
    await deployment.accept(url, calls(20));
    await deployment.written(20);
  });

  test('a REDIS_CA_FILE that is missing stops the start and is named', async () => {
    const missing = { REDIS_CA_FILE: '/nowhere/ca.crt' };
    await expect(deployment.start('all', 'rediss://127.0.0.1:1', missing)).rejects.toThrow(
      /REDIS_CA_FILE: cannot read \/nowhere\/ca\.crt \(ENOENT\)/,
    );
  });
});

test('a server on IPv6 is used', async () => {
  const port = await freePort();
  await deployment.using(startRedis({ bind: '127.0.0.1 ::1' }, port));
  const { url } = await deployment.start('all', `redis://[::1]:${port}`);
  await until(async () => (await readiness(url)).status === 200, 'it is ready');
  expect((await deliver(url, anyCall(1))).status).toBe(200);
  await deployment.written(1);
});
