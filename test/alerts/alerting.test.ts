/** Real processes, a real Redis and a real receiver; only the times are shorter. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { AlertCause } from '../../src/alerts/alert.ts';
import { type Alerting, startAlerting } from '../../src/alerts/alerting.ts';
import type { Overview } from '../../src/monitoring/overview.ts';
import { connectedWithin, connectProducer } from '../../src/queue/redis.ts';
import { until } from '../e2e/service-process.ts';
import { recordingLog } from '../recording-log.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { AlertProcess } from './alert-process-handle.ts';
import { deadLetters, healthy } from './overviews.ts';
import { Receiver } from './receiver.ts';

const OVERVIEW = 'overview-of-the-test';
const BOOK = '{altur}:alerts';
const LEASE = '{altur}:alerts-lease';

let redis: RedisServer;
let client: Redis;
let receiver: Receiver;
let releases: (() => unknown)[];

beforeEach(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
  client.on('error', () => {});
  receiver = await new Receiver().start();
  releases = [];
  await show(healthy());
});
afterEach(async () => {
  for (const release of releases.toReversed()) await release();
  await receiver.stop();
  client.disconnect();
  await redis.stop();
});

async function show(overview: Overview): Promise<void> {
  await client.set(OVERVIEW, JSON.stringify(overview));
}

function startProcesses(count: number): AlertProcess[] {
  return Array.from({ length: count }, () => {
    const started = new AlertProcess(redis.url, receiver.url, OVERVIEW);
    releases.push(() => started.stop('SIGKILL'));
    return started;
  });
}

/** In this process. `counted`: what metrics are told. */
async function watch(
  options: {
    webhookUrl?: string | undefined;
    language?: 'en' | 'es';
    readOverview?: () => Promise<Overview>;
  } = {},
) {
  const connection = connectProducer({ nodes: [redis.url] });
  connection.on('error', () => {});
  await connectedWithin(connection, 5_000);
  const log = recordingLog();
  const counted: AlertCause[] = [];
  const alerting: Alerting = startAlerting({
    redis: connection,
    readOverview:
      options.readOverview ?? (async () => JSON.parse((await connection.get(OVERVIEW))!) as Overview),
    redisFault: async () => 'Redis does not answer',
    text: {
      language: options.language ?? 'en',
      crm: 'HubSpot',
      timeZone: 'UTC',
      publicUrl: 'https://sync.example.com/',
    },
    webhookUrl: 'webhookUrl' in options ? options.webhookUrl : receiver.url,
    log,
    onAlert: (cause) => counted.push(cause),
    processName: 'worker 1 on host',
    timing: { everyMs: 20, leaseMs: 5_000, quietMs: 200, redisDownAfterMs: 1_000 },
  });
  releases.push(
    () => connection.disconnect(),
    () => alerting.stop(),
  );
  return { log, counted, alerting };
}

/** Resolves when the book was checked several times since: what was to be sent has been sent. */
async function severalChecks(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const before = await reads();
    await until(async () => (await reads()) > before, 'it is checked again');
  }
}

/** How often Redis was asked for a value. */
async function reads(): Promise<number> {
  const stats = await client.info('commandstats');
  return Number(/cmdstat_get:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

test('two processes send one message for each cause, and one when it is over', async () => {
  startProcesses(2);
  await show(
    healthy({ deadLetterGroups: [deadLetters('stage', 3), deadLetters('city')], redisMemoryUsed: 0.75 }),
  );
  await until(() => receiver.texts.length >= 3, 'each cause is told of');
  await severalChecks();
  expect(receiver.texts).toHaveLength(3);
  await show(healthy());
  await until(() => receiver.texts.length >= 6, 'each end is told of');
  await severalChecks();
  expect(receiver.texts.map((text) => text.slice(0, 2)).toSorted()).toEqual([
    '✅ ',
    '✅ ',
    '✅ ',
    '🔴',
    '🔴',
    '🔴',
  ]);
});

test('a receiver that takes ten seconds to answer is told once, though the lease is shorter', async () => {
  receiver.delayMs = 10_000;
  startProcesses(2);
  await show(healthy({ deadLetterGroups: [deadLetters('stage')] }));
  await until(() => receiver.answered === 1, 'it has answered');
  await severalChecks();
  expect(receiver.texts).toHaveLength(1);
});

test('when the process that sends is killed, the other one goes on and repeats nothing', async () => {
  const processes = startProcesses(2);
  await Promise.all(processes.map((each) => each.watching()));
  await show(healthy({ deadLetterGroups: [deadLetters('stage')] }));
  await until(() => receiver.texts.length === 1, 'the first cause is told of');
  // Killed between sending and noting it, it would be repeated: better twice than not at all.
  await until(async () => /"told":"start"/.test((await client.get(BOOK)) ?? ''), 'it is noted');
  const holder = processes.find((each) => each.alerts().length > 0)!;
  await holder.stop('SIGKILL');
  await show(healthy({ deadLetterGroups: [deadLetters('stage'), deadLetters('city')] }));
  await until(() => receiver.texts.length >= 2, 'the second cause is told of by the other process');
  await severalChecks();
  expect(receiver.texts).toHaveLength(2);
  expect(receiver.texts[1]).toContain('city');
  const other = processes.find((each) => each !== holder)!;
  expect(other.alerts()).toMatchObject([{ cause: 'dead-letters', fields: ['city'] }]);
});

test('a process that stops hands over at once', async () => {
  const [first] = startProcesses(1);
  await until(async () => (await client.exists(LEASE)) === 1, 'it holds the lease');
  await first!.stop('SIGTERM');
  expect(await client.exists(LEASE)).toBe(0);
});

test('while the receiver is down nothing waits for it, and what is open is told of once when it works', async () => {
  receiver.status = 500;
  const { log, counted } = await watch();
  await show(healthy({ deadLetterGroups: [deadLetters('stage')] }));
  await until(() => receiver.requests > 0, 'it is tried');
  await show(healthy({ deadLetterGroups: [deadLetters('stage'), deadLetters('city')] }));
  await until(() => counted.length === 2, 'the second alert is counted all the same');
  expect(receiver.requests).toBe(1);
  receiver.status = 200;
  await until(() => receiver.texts.length === 2, 'both are told of', 20_000);
  await severalChecks();
  expect(receiver.texts).toHaveLength(2);
  const failed = log.entries.filter(({ message }) => message === 'alert not sent');
  expect(failed).toMatchObject([{ level: 'error', fields: { code: 'ALERT_NOT_SENT' } }]);
  expect(String((failed[0]!.fields as { error: Error }).error)).toContain('answered 500');
});

test('a receiver that never answers does not keep the process from stopping', async () => {
  receiver.status = 0;
  const { alerting } = await watch();
  await show(healthy({ deadLetterGroups: [deadLetters('stage')] }));
  await until(() => receiver.requests > 0, 'it is tried');
  const startedAt = Date.now();
  await alerting.stop();
  expect(Date.now() - startedAt).toBeLessThan(2_000);
});

test('an overview that takes for ever does not keep the process from stopping', async () => {
  const { log, alerting } = await watch({ readOverview: () => new Promise(() => {}) });
  await until(async () => (await client.get(LEASE)) !== null, 'a check has begun');
  const stoppedAt = Date.now();
  await alerting.stop();
  expect(Date.now() - stoppedAt).toBeLessThan(2_000);
  expect(await client.get(LEASE)).toBeNull();
  expect(log.entries).toEqual([]);
});

test('the URL of the receiver is in no log entry', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}/services/secret-of-the-url`;
  const { log } = await watch({ webhookUrl: nobody });
  await show(healthy({ deadLetterGroups: [deadLetters('stage')] }));
  await until(() => log.entries.some(({ message }) => message === 'alert not sent'), 'it fails');
  const written = log.entries.map(({ fields }) => JSON.stringify(fields, errorText)).join('\n');
  expect(written).toContain('ECONNREFUSED');
  expect(written).not.toContain('secret-of-the-url');
});

test('without a receiver alerts are logged and counted', async () => {
  const { log, counted } = await watch({ webhookUrl: undefined });
  await show(healthy({ processes: [], deadLetterGroups: [deadLetters('stage', 2)] }));
  await until(() => counted.length === 1, 'the alert is counted');
  await show(healthy());
  await until(() => log.entries.some(({ message }) => message === 'alert over'), 'its end is logged');
  expect(log.entries).toMatchObject([
    { level: 'warn', message: 'alert', fields: { cause: 'dead-letters', code: 'OPTION_MISSING', calls: 2 } },
    { level: 'info', message: 'alert over', fields: { cause: 'dead-letters', lastedMs: expect.any(Number) } },
  ]);
});

test('a message says what it is, what it means, what to do, and where to look', async () => {
  await watch();
  await show(
    healthy({
      deadLetterGroups: [{ ...deadLetters('stage', 2), reason: 'no option <A&B> of +5255123456789' }],
    }),
  );
  await until(() => receiver.texts.length === 1, 'it is sent');
  expect(receiver.texts[0]!.split('\n')).toEqual([
    '🔴 *2 calls rejected by HubSpot: OPTION_MISSING (person: stage)*',
    'no option &lt;A&amp;B&gt; of …6789. Dead letters wait until somebody acts.',
    '→ Fix the cause, then retry them on the dashboard or with: altur-crm-sync failed retry --all',
    'https://sync.example.com/dashboard',
  ]);
  await show(healthy());
  await until(() => receiver.texts.length === 2, 'its end is sent');
  expect(receiver.texts[1]).toMatch(/^✅ Over: 2 calls rejected by .* It lasted 1 s and concerned 2 calls\./);
});

test('messages are in Spanish where the language is', async () => {
  await watch({ language: 'es' });
  await show(healthy({ redisMemoryUsed: 0.75 }));
  await until(() => receiver.texts.length === 1, 'it is sent');
  expect(receiver.texts[0]).toContain('Redis está al 75 %');
});

test('each process tells of a Redis that is gone by itself, once, and when it is back', async () => {
  const { log, counted } = await watch();
  await severalChecks();
  process.kill(redis.pid, 'SIGSTOP');
  releases.push(() => process.kill(redis.pid, 'SIGCONT'));
  await until(() => receiver.texts.length === 1, 'it is told of');
  expect(receiver.texts[0]).toContain('Redis cannot be used');
  expect(receiver.texts[0]).toContain('worker 1 on host: Redis does not answer');
  process.kill(redis.pid, 'SIGCONT');
  await until(() => receiver.texts.length === 2, 'its end is told of');
  await severalChecks();
  expect(receiver.texts).toHaveLength(2);
  expect(counted).toEqual(['redis-down']);
  expect(log.entries.map(({ message }) => message)).toEqual(['alert', 'alert over']);
});

test('an overview that cannot be read is logged, and no fault of Redis', async () => {
  await client.set(OVERVIEW, 'not JSON');
  const { log } = await watch();
  await until(() => log.entries.length > 0, 'it is logged');
  expect(log.entries[0]).toMatchObject({ level: 'error', message: 'alerts not checked' });
  expect(receiver.texts).toEqual([]);
});

function errorText(_: string, value: unknown): unknown {
  return value instanceof Error ? `${value} ${value.stack}` : value;
}
