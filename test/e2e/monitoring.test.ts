/** What a deployment says about itself: metrics of every process, and `doctor`. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { BufferedCounters } from '../../src/monitoring/buffered-counters.ts';
import { DeadLetterGroups } from '../../src/monitoring/dead-letter-groups.ts';
import { type CountedInMinutes, openMinuteCounts } from '../../src/monitoring/minute-counts.ts';
import { openRunningProcesses } from '../../src/monitoring/running-processes.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { readVersion } from '../../src/version.ts';
import { anyCall } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { Deployment } from '../faults/deployment.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { SECRET, until } from './service-process.ts';

let deployment: Deployment;
let server: RedisServer;

beforeEach(async () => {
  deployment = new Deployment();
  await deployment.open();
  server = await deployment.using(startRedis());
});
afterEach(() => deployment.close());

/** The samples of a process, by name and labels as they are written. */
async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.matchAll(/^([a-z]\w*(?:\{.*\})?) (\S+)$/gm);
  return new Map([...samples].map(([, name, value]) => [name!, Number(value)]));
}

async function connected(): Promise<Redis> {
  const redis = new Redis(server.url);
  await deployment.using({ stop: () => redis.disconnect() });
  return redis;
}

/** HubSpot's response to a batch with a value it does not take. */
const REJECTED = { status: 'error', category: 'VALIDATION_ERROR', message: 'not valid', errors: [] };

function doctor(): Promise<{ readonly code: number; readonly output: string }> {
  return runCommand(['doctor'], {
    ...BASE_ENVIRONMENT,
    ALTUR_WEBHOOK_SECRET: SECRET,
    ...deployment.environment(server.url),
  });
}

test('ingress and worker expose what happened to the calls, with the right counts', async () => {
  const ingress = await deployment.start('ingress', server.url);
  deployment.crm.define('contacts', {
    name: 'altur_payment_amount',
    type: 'number',
    fieldType: 'number',
    groupName: 'contactinformation',
  });
  const calls = Array.from({ length: 4 }, (_, index) => anyCall(index + 1));
  const { campaign_user: person } = anyCall(5) as { campaign_user?: object };
  calls.push(anyCall(5, 5, { campaign_user: { ...person, extracted_data: { 'Payment Amount': 'much' } } }));
  await deployment.accept(ingress.url, [...calls, calls[0]!]);
  const forged = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  for (let count = 0; count < 3; count++) await fetch(`${ingress.url}/webhooks/altur/on-call-end`, forged);
  const waiting = await metricsOf(ingress.url);
  expect(Object.fromEntries(waiting)).toMatchObject({
    'altur_events_total{result="queued"}': 5,
    'altur_events_total{result="duplicate"}': 1,
    'altur_events_total{result="unsigned"}': 3,
    'altur_queue_jobs{state="wait"}': 5,
    altur_workers_alive: 0,
    altur_redis_up: 1,
  });
  const oldest = 'altur_oldest_waiting_seconds';
  expect(waiting.get(oldest)).toBeGreaterThan(0);
  await until(
    async () => (await metricsOf(ingress.url)).get(oldest)! > waiting.get(oldest)!,
    'it grows older',
  );

  // The CRM is down at first.
  deployment.crm.fault({ kind: 'status', status: 503, path: /batch\/upsert/ });
  const worker = await deployment.start('worker', server.url);
  await deployment.written(5);
  await until(async () => (await metricsOf(worker.url)).get('altur_batch_size_sum') === 5, 'it is counted');
  const after = Object.fromEntries(await metricsOf(worker.url));
  expect(after).toMatchObject({
    'altur_calls_total{outcome="complete"}': 5,
    'altur_calls_total{outcome="pause"}': 5,
    'altur_call_outcomes_total{outcome="synced"}': 4,
    'altur_call_outcomes_total{outcome="synced_with_skipped_fields"}': 1,
    'altur_call_outcomes_total{outcome="dead_letter"}': 0,
    'altur_skipped_fields_total{object="person",field="altur_payment_amount",code="VALUE_TYPE_MISMATCH"}': 1,
    'altur_pauses_total{kind="unavailable",code="CRM_UNAVAILABLE"}': 1,
    altur_delivery_seconds_count: 5,
    'altur_delivery_seconds_bucket{le="0.1"}': 0,
    'altur_delivery_seconds_bucket{le="60"}': 5,
    'altur_queue_jobs{state="wait"}': 0,
    altur_oldest_waiting_seconds: 0,
    altur_workers_alive: 1,
    'altur_crm_api_requests{of="limit"}': 250_000,
    [`altur_build_info{version="${readVersion()}"}`]: 1,
  });
  expect(after.process_resident_memory_bytes).toBeGreaterThan(0);
  const requests = Object.entries(after).filter(([name]) => name.startsWith('altur_crm_requests_total'));
  const sum = (entries: typeof requests) => entries.reduce((total, [, count]) => total + count, 0);
  // No process but the worker sends any.
  expect(sum(requests)).toBe(deployment.crm.requests.length);
  const failed = requests.filter(([name]) => name.includes('status="503"'));
  expect(failed).toEqual([
    [expect.stringMatching(/\{method="POST",endpoint="\/crm\/.*batch\/upsert",status="503"\}/), 1],
  ]);
  expect((await metricsOf(ingress.url)).get('altur_workers_alive')).toBe(1);

  const redis = await connected();
  const minutes = openMinuteCounts(redis, new BufferedCounters(redis, recordingLog()));
  const total = async (what: CountedInMinutes) => {
    return (await minutes.read()).reduce((sum, counts) => sum + counts[what], 0);
  };
  await until(async () => (await total('synced')) === 5, 'the minutes are written');
  expect([await total('received'), await total('duplicates'), await total('refused')]).toEqual([5, 1, 3]);
  expect([await total('retried'), await total('deadLetters')]).toEqual([0, 0]);
});

test('of two versions of a call in one batch one is written, and one is known', async () => {
  const ingress = await deployment.start('ingress', server.url);
  await deployment.accept(ingress.url, [anyCall(1, 1, { duration: 10 })]);
  await deployment.accept(ingress.url, [anyCall(1, 1, { duration: 20 })]);
  const worker = await deployment.start('worker', server.url);
  await until(async () => (await metricsOf(worker.url)).get('altur_batch_size_count') === 1, 'it is written');
  expect(Object.fromEntries(await metricsOf(worker.url))).toMatchObject({
    'altur_call_outcomes_total{outcome="synced"}': 1,
    'altur_call_outcomes_total{outcome="known"}': 1,
    altur_delivery_seconds_count: 1,
  });
});

test('rejected calls are dead letters in the metrics, the minutes and their group', async () => {
  deployment.crm.fault({
    kind: 'status',
    status: 400,
    path: /batch\/upsert/,
    times: 'always',
    body: REJECTED,
  });
  const { url } = await deployment.start('all', server.url);
  await deployment.accept(url, [anyCall(1), anyCall(2)]);
  const dead = 'altur_call_outcomes_total{outcome="dead_letter"}';
  await until(async () => (await metricsOf(url)).get(dead) === 2, 'both are dead letters');
  expect((await metricsOf(url)).get('altur_queue_jobs{state="failed"}')).toBe(2);
  const redis = await connected();
  const groups = await new DeadLetterGroups(openQueue(redis), redis).read();
  expect(groups).toMatchObject([
    { count: 2, callIds: expect.arrayContaining([anyCall(1).id, anyCall(2).id]) },
  ]);
  expect(groups[0]!.code).toMatch(/^[A-Z_]+$/);
});

test('doctor fails without a worker, and names those that run, and the versions that differ', async () => {
  const without = await doctor();
  expect(without).toMatchObject({
    code: 1,
    output: expect.stringMatching(/✗ service: +is not running: .*\[NO_WORKER\]\n +→ start it: .*start/),
  });
  const worker = await deployment.start('all', server.url);
  await until(async () => (await doctor()).code === 0, 'doctor is content');
  const { output } = await doctor();
  expect(output).toMatch(new RegExp(`✓ worker: +process ${worker.pid} on `));
  expect(output).toContain(`version ${readVersion()}, no activity since its start at 20`);
  expect(output).not.toContain('versions:');

  const redis = await connected();
  const old = { host: 'old-host', pid: 7, version: '0.0.9', startedAt: 1, lastActivityAt: 1_000 };
  await openRunningProcesses(redis).set({ id: 'old', role: 'ingress', ...old });
  const mixed = await doctor();
  expect(mixed.code).toBe(0);
  expect(mixed.output).toMatch(
    /! versions: +differ: this is \d\S+, but there runs 0\.0\.9 \(ingress, process 7/,
  );
});

test('doctor warns before Redis is too full to take events', async () => {
  const redis = await connected();
  for (let index = 0; index < 20; index++) await redis.set(`filler:${index}`, 'x'.repeat(500_000));
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))![1]);
  await redis.config('SET', 'maxmemory', Math.round(used / 0.75));
  expect((await doctor()).output).toMatch(
    /! Redis: +is 7\d % full: from 80 % on no event is accepted\n +→ raise maxmemory/,
  );
});
