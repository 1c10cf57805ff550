/** Whether Redis takes events, from the node that holds our keys. */
import { expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { connectProducer } from '../../src/queue/redis.ts';
import { RedisHealth } from '../../src/queue/redis-health.ts';
import { COMMANDS } from '../../src/queue/redis-probe.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';

const SLOTS = 16_384;

/** Nodes of a cluster talk at this much above their port. */
const BUS = 10_000;

async function startNode(options: Record<string, string> = {}): Promise<RedisServer> {
  let port = await freePort();
  while (port + BUS > 65_535) port = await freePort();
  return startRedis({ 'cluster-enabled': 'yes', ...options }, port);
}

/** The first node holds the slot of our keys. */
async function join(nodes: readonly RedisServer[]): Promise<void> {
  const clients = nodes.map(({ url }) => new Redis(url));
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [index, client] of clients.entries()) {
    const count = Math.min(share, SLOTS - index * share);
    await client.cluster('ADDSLOTS', ...Array.from({ length: count }, (_, slot) => index * share + slot));
    await client.cluster('MEET', '127.0.0.1', Number(new URL(nodes[0]!.url).port));
  }
  for (const client of clients) {
    while (!(await client.cluster('INFO')).includes('cluster_state:ok')) await new Promise(setImmediate);
    client.disconnect();
  }
}

test('in a cluster, the node with our keys is asked, even when it is full', async () => {
  // More than this is used from the start.
  const full = await startNode({ maxmemory: '1mb' });
  const others = [await startNode(), await startNode()];
  await join([full, ...others]);
  const redis = connectProducer({ nodes: [full, ...others].map(({ url }) => url) });
  await new Promise((ready) => redis.once('ready', ready));
  expect(await new RedisHealth(redis, { takesJobs: true }).check()).toMatchObject({
    code: 'REDIS_FULL',
    fix: expect.stringContaining('raise maxmemory'),
  });
  redis.disconnect();
  await Promise.all([full, ...others].map((node) => node.stop()));
});

test('a Redis without a limit is usable', async () => {
  const server = await startRedis();
  const redis = connectProducer({ nodes: [server.url] });
  await new Promise((ready) => redis.once('ready', ready));
  expect(await new RedisHealth(redis, { takesJobs: true }).check()).toBeUndefined();
  redis.disconnect();
  await server.stop();
});

test('a replica is named as such also while the client connects again, as it does after READONLY', async () => {
  const server = await startRedis({ replicaof: `127.0.0.1 ${await freePort()}` });
  const redis = connectProducer({ nodes: [server.url] });
  redis.on('error', () => {});
  await new Promise((ready) => redis.once('ready', ready));
  const health = new RedisHealth(redis, { takesJobs: false });
  await health.check();
  const closed = new Promise((resolve) => redis.once('close', resolve));
  await redis.set('{altur}:x', '1').catch(() => {});
  await closed;
  const fault = await health.diagnose(1_000);
  redis.disconnect();
  await server.stop();
  expect(fault).toMatchObject({ code: 'REDIS_READONLY' });
});

test('each command a user may not run is named, and the service is usable again once it may', async () => {
  const server = await startRedis();
  const admin = new Redis(server.url);
  const { port } = new URL(server.url);
  await admin.acl('SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all');
  const redis = connectProducer({ nodes: [`redis://app:pw@127.0.0.1:${port}`] });
  await new Promise((ready) => redis.once('ready', ready));
  const health = new RedisHealth(redis, { takesJobs: true });
  const names = new Set([...COMMANDS.map(([name]) => name!), 'BZPOPMIN', 'EVAL', 'EVALSHA', 'SCAN']);
  for (const name of names) {
    await admin.acl('SETUSER', 'app', `-${name.toLowerCase()}`);
    health.distrust();
    const reason = `the user of REDIS_URL may not run ${name} (NOPERM)`;
    expect(await health.check()).toMatchObject({ code: 'REDIS_NOPERM', reason });
    await admin.acl('SETUSER', 'app', `+${name.toLowerCase()}`);
    expect(await health.check()).toBeUndefined();
  }
  redis.disconnect();
  admin.disconnect();
  await server.stop();
});

test('the probe leaves one key that expires, whatever was there before', async () => {
  const server = await startRedis();
  const redis = connectProducer({ nodes: [server.url] });
  await new Promise((ready) => redis.once('ready', ready));
  const health = new RedisHealth(redis, { takesJobs: true });
  await health.check();
  await health.check();
  expect(await redis.keys('*')).toEqual(['{altur}:probe:text']);
  expect(await redis.pttl('{altur}:probe:text')).toBeGreaterThan(0);
  redis.disconnect();
  await server.stop();
});
