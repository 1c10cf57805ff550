/** Jobs are stored in the form that earlier versions read until none of them can be there. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { openRunningProcesses } from '../../src/monitoring/running-processes.ts';
import { connectProducer, type RedisClient } from '../../src/queue/redis.ts';
import { SCHEMA, SchemaGuard } from '../../src/queue/schema-version.ts';
import { anyCall } from '../calls.ts';
import { until } from '../e2e/service-process.ts';
import { Deployment } from '../faults/deployment.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';

const KEY = '{altur}:schema';
const OLDER = { schema: 2, compatibleWith: 1, version: '0.3.0' };

let server: RedisServer;
let admin: Redis;
let client: RedisClient;
let deployment: Deployment;

beforeEach(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  client = connectProducer({ nodes: [server.url] });
  deployment = new Deployment();
  await deployment.open();
});
afterEach(async () => {
  await deployment.close();
  client.disconnect();
  admin.disconnect();
  await server.stop();
});

async function storedForm(callId: string): Promise<string> {
  const [key] = await admin.keys(`{altur}:calls:${callId}~*`);
  const { event, packed } = JSON.parse((await admin.hget(key!, 'data'))!);
  return event !== undefined ? 'plain' : packed !== undefined ? 'compact' : 'neither';
}

test('an upgrade with a process of 0.3.0 that runs on for a while: it is not interrupted, then the form changes', async () => {
  const older = new SchemaGuard(client, async () => [], OLDER);
  await until(async () => client.status === 'ready', 'Redis is connected');
  await older.check();
  const processes = openRunningProcesses(client);
  const self = { id: 'older', role: 'worker', host: 'h', pid: 1, version: '0.3.0', startedAt: 1 } as const;
  const beat = () => processes.set(self);
  await beat();
  const beating = setInterval(() => void beat().catch(() => {}), 1_000);
  const calls = [anyCall(1), anyCall(2), anyCall(3)];
  try {
    const ingress = await deployment.start('ingress', server.url);
    await deployment.accept(ingress.url, calls.slice(0, 1));
    expect(await storedForm(calls[0]!.id)).toBe('plain');
    expect(await older.check()).toBeUndefined();
    expect(await admin.hget(KEY, 'schema')).toBe('2');
    clearInterval(beating);
    await processes.delete(self.id);
    await until(async () => (await admin.hget(KEY, 'schema')) === `${SCHEMA}`, 'the schema is raised');
    // One that nobody has heard of.
    expect(await older.check()).toMatchObject({ code: 'REDIS_SCHEMA_NEWER' });
    await deployment.accept(ingress.url, calls.slice(1, 2));
    expect(await storedForm(calls[1]!.id)).toBe('plain');
    await admin.hincrby(KEY, 'raisedAt', -60_000);
    const isCompact = async () => {
      const call = anyCall(calls.length + 1);
      calls.push(call);
      await deployment.accept(ingress.url, [call]);
      return (await storedForm(call.id)) === 'compact';
    };
    await deployment.accept(ingress.url, calls.slice(2, 3));
    await until(isCompact, 'the compact form is written');
    await deployment.start('worker', server.url);
    await deployment.written(calls.length);
    expect(await admin.zcard('{altur}:calls:failed')).toBe(0);
  } finally {
    clearInterval(beating);
  }
});

test('in a new Redis the first event is stored in the compact form', async () => {
  const ingress = await deployment.start('ingress', server.url);
  await deployment.accept(ingress.url, [anyCall(1)]);
  expect(await storedForm(anyCall(1).id)).toBe('compact');
});
