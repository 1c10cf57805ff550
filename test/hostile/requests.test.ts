/** Hostile requests to a real ingress, byte by byte: each gets the one right answer, and what is accepted is stored. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { SECRET as OTHER_SECRET, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { cpuMs } from '../faults/deployment.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { Heartbeat } from './heartbeat.ts';
import { rawExchange } from './raw-exchange.ts';
import { SECRET } from './raw-http.ts';
import { BODIES } from './requests/bodies.ts';
import { HEADS } from './requests/heads.ts';
import { LINES_AND_PATHS } from './requests/lines-and-paths.ts';
import { PAGES, PASSWORD } from './requests/pages.ts';
import type { Row } from './requests/row.ts';
import { SIGNATURES } from './requests/signatures.ts';
import { storedCallIds } from './stored-calls.ts';

const ROWS: readonly (readonly [string, readonly Row[]])[] = [
  ['lines and paths', LINES_AND_PATHS],
  ['heads', HEADS],
  ['signatures', SIGNATURES],
  ['bodies', BODIES],
  ['pages', PAGES],
];

let server: RedisServer;
let redis: Redis;
let service: ServiceProcess;
let port: number;

beforeAll(async () => {
  server = await startRedis({ appendonly: 'yes' });
  redis = new Redis(server.url);
  service = await startProcess(
    {
      CRM_CONNECTOR: 'preview',
      REDIS_URL: server.url,
      ALTUR_WEBHOOK_SECRET: `${SECRET},${OTHER_SECRET}`,
      ALTUR_API_KEY: 'a key of the API of Altur',
      ALTUR_API_URL: 'http://127.0.0.1:9/api/v1.0',
      PUBLIC_URL: 'http://127.0.0.1:9',
      DASHBOARD_PASSWORD: PASSWORD,
      LOG_LEVEL: 'debug',
    },
    'ingress',
  );
  port = Number(new URL(service.url).port);
});
afterAll(async () => {
  await service.stop('SIGKILL');
  redis.disconnect();
  await server.stop();
});

test('there are at least 130, each under a name of its own', () => {
  const names = ROWS.flatMap(([, rows]) => rows.map(({ name }) => name));
  expect(names.length).toBeGreaterThanOrEqual(130);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

/** The service has one core at most; it must answer within 3 s, whatever else came. */
const MAX_CPU_MS = 1_000;
const HEAVY_CPU_MS = 100;
const IDLE_BEATS = 20;

const stored: string[] = [];
const costs: { readonly row: Row; readonly cpuMs: number }[] = [];
let idleMs: number;
let heartbeat: Heartbeat;

beforeAll(async () => {
  const idle = new Heartbeat(service.url, 0);
  await until(async () => idle.count >= IDLE_BEATS, 'webhooks are answered');
  const { ids, medianMs } = await idle.stop();
  idleMs = medianMs;
  stored.push(...ids);
  heartbeat = new Heartbeat(service.url, 100_000);
});

describe.each(ROWS)('%s', (_, rows) => {
  test.each(rows.map((row): [string, Row] => [row.name, row]))('%s', async (_name, row) => {
    const before = cpuMs(service.pid);
    const { statuses, error } = await rawExchange(port, row.bytes, row.ends);
    costs.push({ row, cpuMs: cpuMs(service.pid) - before });
    if (row.stored !== undefined) stored.push(row.stored);
    expect({ statuses, error }).toEqual({ statuses: row.statuses, error: row.error ?? error });
  });
});

test('meanwhile ordinary webhooks were answered about as fast as before', async () => {
  const { ids, statuses, medianMs } = await heartbeat.stop();
  stored.push(...ids);
  expect([...statuses]).toEqual([200]);
  expect(ids.length).toBeGreaterThan(20);
  expect(medianMs).toBeLessThan(10 * idleMs + 20);
});

test('no request keeps the service from answering others in time', () => {
  const slow = costs
    .filter((cost) => cost.cpuMs > MAX_CPU_MS)
    .map(({ row, cpuMs }) => `${row.name}: ${cpuMs} ms`);
  expect(slow).toEqual([]);
});

test('Redis holds the calls that were accepted, and no other', async () => {
  expect((await storedCallIds(redis)).toSorted()).toEqual(stored.toSorted());
});

test('the heaviest requests, again and again, take no more memory', async () => {
  const heavy = costs.filter((cost) => cost.cpuMs >= HEAVY_CPU_MS).map(({ row }) => row);
  expect(heavy.length).toBeGreaterThan(2);
  const sendAll = async () => {
    for (const { bytes, ends } of heavy) await rawExchange(port, bytes, ends);
    return rssMiB(service.pid);
  };
  const before = await sendAll();
  await sendAll();
  const after = await sendAll();
  expect(after).toBeLessThan(before * 1.3);
  expect(after).toBeLessThan(500);
});

test('the ingress lives and is ready, and its log has no error', async () => {
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  expect(service.log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(await service.stop()).toBe(0);
});

function rssMiB(pid: number): number {
  const [, kiB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kiB) / 1_024;
}
