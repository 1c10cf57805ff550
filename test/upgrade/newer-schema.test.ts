/** A Redis that a later version has written to. */
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { SCHEMA } from '../../src/queue/schema-version.ts';
import { readVersion } from '../../src/version.ts';
import { anyCall } from '../calls.ts';
import { deliver, SECRET, until } from '../e2e/service-process.ts';
import { CLI, ELSEWHERE } from '../entry.ts';
import { Deployment, readiness } from '../faults/deployment.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { portOf, startProxy } from '../redis-variants.ts';

/** Each test starts several processes. */
jest.setTimeout(90_000);

const KEY = '{altur}:schema';
const LATER = '99.1.0';
const SENTENCE = `Redis holds data of schema ${SCHEMA + 1}, written by version ${LATER}; this is version ${readVersion()}, which knows schema ${SCHEMA}: install ${LATER} or later, or use another Redis`;

let server: RedisServer;
let admin: Redis;
let deployment: Deployment;

beforeEach(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  deployment = new Deployment();
  await deployment.open();
});
afterEach(async () => {
  await deployment.close();
  admin.disconnect();
  await server.stop();
});

async function raiseSchema(compatibleWith = SCHEMA + 1): Promise<void> {
  await admin.hset(KEY, { schema: `${SCHEMA + 1}`, compatibleWith: `${compatibleWith}`, version: LATER });
}

interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function run(...args: string[]): Promise<Run> {
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    ALTUR_WEBHOOK_SECRET: SECRET,
    ...deployment.environment(server.url),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env, cwd: ELSEWHERE }, (error, output, errors) => {
      resolve({ code: error ? Number(error.code) : 0, output, errors });
    });
  });
}

test.each([[['start']], [['start', 'ingress']], [['start', 'worker']]])(
  '%j does not start on it, and says so in one line',
  async (args) => {
    await raiseSchema(1);
    expect(await run(...args)).toMatchObject({ code: 1, errors: `${SENTENCE}\n` });
    expect(await admin.keys('{altur}:process*')).toEqual([]);
  },
);

test('when Redis is reached only after the start, no event is stored and no job taken, and both say why', async () => {
  const first = await deployment.start('ingress', server.url);
  await deployment.accept(first.url, [anyCall(1)]);
  await first.stop();
  await raiseSchema();
  const proxy = await deployment.using(startProxy(await freePort()));
  const url = `redis://127.0.0.1:${proxy.port}`;
  const [ingress, worker] = await Promise.all([
    deployment.start('ingress', url),
    deployment.start('worker', url),
  ]);
  expect((await deliver(ingress.url, anyCall(2))).status).toBe(503);
  proxy.leadTo(portOf(server));
  for (const service of [ingress, worker])
    await until(async () => (await readiness(service.url)).text.includes(SENTENCE), 'it says why');
  expect((await readiness(worker.url)).status).toBe(503);
  expect((await deliver(ingress.url, anyCall(2))).status).toBe(503);
  expect(await admin.llen('{altur}:calls:wait')).toBe(1);
  expect(deployment.crm.calls()).toEqual([]);
  await admin.del(KEY);
  await deployment.accept(ingress.url, [anyCall(2)]);
  await deployment.written(2);
});

describe('when a later version comes while this one runs', () => {
  test('it goes on if it can do so safely', async () => {
    const { url } = await deployment.start('all', server.url);
    await raiseSchema(SCHEMA);
    await until(async () => (await readiness(url)).status === 200, 'it is ready');
    await deployment.accept(url, [anyCall(1)]);
    await deployment.written(1);
    expect(await admin.hget(KEY, 'version')).toBe(LATER);
  });

  test('else it takes neither events nor jobs, and what waits is left to the later one', async () => {
    const [ingress, worker] = await Promise.all([
      deployment.start('ingress', server.url),
      deployment.start('worker', server.url),
    ]);
    await raiseSchema();
    for (const { url } of [ingress, worker])
      await until(async () => (await readiness(url)).text.includes('REDIS_SCHEMA_NEWER'), 'it says why');
    expect((await deliver(ingress.url, anyCall(1))).status).toBe(503);
    await admin.del(KEY);
    await deployment.accept(ingress.url, [anyCall(1)]);
    await deployment.written(1);
  });
});

test('Redis emptied under a running service holds its schema again', async () => {
  await deployment.start('all', server.url);
  await admin.flushall();
  await until(async () => (await admin.hget(KEY, 'schema')) === `${SCHEMA}`, 'the schema is stored');
  expect(await admin.hget(KEY, 'version')).toBe(readVersion());
});

describe('of the commands', () => {
  test.each([
    ['failed retry cll_x', ['failed', 'retry', 'cll_x']],
    ['resync cll_x', ['resync', 'cll_x']],
  ])('%s refuses', async (_, args) => {
    await raiseSchema();
    const { code, errors } = await run(...args);
    expect([code, errors]).toEqual([1, expect.stringContaining(SENTENCE)]);
    expect(errors).not.toMatch(/\n\s+at /);
  });

  test.each([[['failed', 'list']], [['status', 'cll_x']], [['calls']]])(
    '%j warns and answers',
    async (args) => {
      await raiseSchema();
      const { output, errors } = await run(...args);
      expect(output).not.toBe('');
      expect(errors).toContain(SENTENCE);
    },
  );

  test('doctor has it as a problem', async () => {
    await raiseSchema();
    const { code, output } = await run('doctor');
    expect([code, output]).toEqual([1, expect.stringMatching(/✗ Redis: +Redis holds data of schema/)]);
    expect(output).toMatch(new RegExp(`✓ version: +${readVersion()}`));
  });

  test('those that only read store no schema', async () => {
    await run('failed', 'list');
    await run('doctor');
    expect(await admin.exists(KEY)).toBe(0);
  });
});
