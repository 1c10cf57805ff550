/** Traces of real processes, as a collector receives them. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sign } from '../../src/altur/signature.ts';
import { readVersion } from '../../src/version.ts';
import { anyCall, phoneOf } from '../calls.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { Collector, type ReceivedSpan } from './collector.ts';

const WEBHOOK = '/webhooks/altur/on-call-end';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';

/** Logs each module of OpenTelemetry that is loaded, imported or required; but the API alone, which prom-client loads. */
const REPORT_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) {
    if (/opentelemetry|open-telemetry/.test(url) && !url.includes('/@opentelemetry/api/')) writeSync(1, JSON.stringify({ message: 'loaded', url }) + '\\n');
    return next(url, context);
  } });
`)}`;

let redis: RedisServer;
let crm: HubSpotSimulator;
let collector: Collector;
let services: ServiceProcess[];

beforeEach(async () => {
  const limits = { app: 10_000, associations: 10_000, search: 1_000 };
  [redis, crm, collector] = await Promise.all([
    startRedis(),
    startHubSpot({ provisioned: true, limits }),
    new Collector().start(),
  ]);
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await Promise.all([collector.stop(), crm.close(), redis.stop()]);
});

async function start(role: 'all' | 'ingress' | 'worker', env: Record<string, string> = {}) {
  const service = await startProcess(
    {
      CRM_CONNECTOR: 'hubspot',
      HUBSPOT_ACCESS_TOKEN: crm.settings.token,
      HUBSPOT_API_URL: crm.url,
      REDIS_URL: redis.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      ...env,
    },
    role,
  );
  services.push(service);
  return service;
}

async function deliverWithin(url: string, event: object, traceparent: string): Promise<number> {
  const body = JSON.stringify(event);
  const signature = sign(body, SECRET, 'hex');
  const headers = { 'content-type': 'application/json', 'x-altur-signature': signature, traceparent };
  return (await fetch(url + WEBHOOK, { method: 'POST', headers, body })).status;
}

const requestSpans = () => collector.spans.filter(({ attributes }) => 'url.template' in attributes);

test('one POST is one trace, from the sender to the requests to the CRM, through two processes', async () => {
  const ingress = await start('ingress');
  const worker = await start('worker');
  expect(await deliverWithin(ingress.url, anyCall(1), `00-${TRACE_ID}-${PARENT_ID}-01`)).toBe(200);
  await until(() => crm.calls().length === 1, 'the call is written');
  await Promise.all([ingress.stop(), worker.stop()]);

  const traced = collector.spans.filter(({ traceId }) => traceId === TRACE_ID);
  const [post] = collector.named(`POST ${WEBHOOK}`);
  const [call] = collector.named('call');
  const [batch] = collector.named('batch');
  const requests = traced.filter(({ attributes }) => 'url.template' in attributes);
  expect([post, call, batch].map((span) => span!.parentId)).toEqual([PARENT_ID, post!.spanId, call!.spanId]);
  expect(batch!.links).toEqual([call!.spanId]);
  expect(new Set(requests.map(({ parentId }) => parentId))).toEqual(new Set([batch!.spanId]));
  expect(traced).toHaveLength(3 + requests.length);
  expect(requests.map(({ name }) => name)).toContain('POST /crm/objects/2026-03/calls/batch/upsert');
  expect(requests.every(({ attributes }) => Number(attributes['http.response.status_code']) < 300)).toBe(
    true,
  );

  expect(post!.attributes).toMatchObject({
    'altur.call_id': anyCall(1).id,
    'http.response.status_code': 200,
  });
  expect(call!.attributes).toMatchObject({ 'altur.call_id': anyCall(1).id, 'altur.decision': 'complete' });
  expect(batch!.attributes).toEqual({ 'altur.batch_size': 1 });
  expect(within(call!, post!.startMs, batch!.endMs)).toBe(true);
  expect(post!.resource).toMatchObject({
    'service.name': 'altur-crm-sync',
    'service.version': readVersion(),
  });
});

test('a batch of several calls is linked to all of them', async () => {
  const ingress = await start('ingress');
  await Promise.all([1, 2, 3].map((index) => deliver(ingress.url, anyCall(index))));
  const worker = await start('worker');
  await until(() => crm.calls().length === 3, 'the calls are written');
  await worker.stop();
  const batches = collector.named('batch');
  const links = batches.flatMap((batch) => batch.links);
  expect(links.toSorted()).toEqual(
    collector
      .named('call')
      .map(({ spanId }) => spanId)
      .toSorted(),
  );
  expect(Math.max(...batches.map((batch) => batch.links.length))).toBeGreaterThan(1);
});

test('a call that the CRM cannot take at first has a span for each attempt', async () => {
  const service = await start('all');
  crm.fault({ kind: 'status', status: 503, method: 'POST', times: 1 });
  await deliverWithin(service.url, anyCall(1), `00-${TRACE_ID}-${PARENT_ID}-01`);
  await until(() => crm.calls().length === 1, 'the call is written');
  await service.stop();
  const attempts = collector.named('call').toSorted((a, b) => a.startMs - b.startMs);
  expect(attempts.map(({ attributes }) => attributes['altur.attempt'])).toEqual([1, 2]);
  expect(attempts.every(({ traceId }) => traceId === TRACE_ID)).toBe(true);
  expect(collector.named('batch').filter(({ isError }) => isError)).toHaveLength(1);
});

test('a wrong signature is not traced, whatever trace it claims', async () => {
  const service = await start('ingress');
  const headers = {
    'content-type': 'application/json',
    'x-altur-signature': 'wrong',
    traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
  };
  const response = await fetch(service.url + WEBHOOK, { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(401);
  await deliver(service.url, anyCall(1));
  await service.stop();
  expect(collector.spans.map(({ traceId }) => traceId)).not.toContain(TRACE_ID);
  expect(collector.spans).toHaveLength(1);
});

test('nothing personal and no secret is sent to the collector but its own header', async () => {
  const service = await start('all', {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
  });
  await deliver(service.url, anyCall(1));
  await until(() => crm.calls().length === 1, 'the call is written');
  await service.stop();
  const text = Buffer.concat(collector.bodies).toString();
  expect(text).toContain(anyCall(1).id);
  for (const secret of [phoneOf(1).slice(1), 'Sofía', 'user_1', crm.settings.token, 'of-the-collector'])
    expect(text).not.toContain(secret);
  expect(collector.requests[0]).toMatchObject({
    url: '/v1/traces',
    headers: { authorization: 'Bearer of-the-collector', 'content-type': 'application/x-protobuf' },
  });
});

test('a collector that never answers delays neither a call nor the stop, and is logged', async () => {
  collector.status = 0;
  const service = await start('all', { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_BSP_EXPORT_TIMEOUT: '300' });
  await deliver(service.url, anyCall(1));
  await until(() => crm.calls().length === 1, 'the call is written');
  const isLogged = () => service.log.some(({ code }) => code === 'TRACES_NOT_EXPORTED');
  await until(isLogged, 'it is logged');
  const stoppedAt = Date.now();
  expect(await service.stop()).toBe(0);
  expect(Date.now() - stoppedAt).toBeLessThan(5_000);
});

test.each([
  ['without an endpoint nothing of the SDK is loaded', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  ['with an endpoint it is', {}, true],
] as const)('%s', async (_, env, isLoaded) => {
  const service = await start('all', {
    ...env,
    NODE_OPTIONS: `${BASE_ENVIRONMENT.NODE_OPTIONS} --import=${REPORT_MODULES}`,
  });
  await deliver(service.url, anyCall(1));
  await until(() => crm.calls().length === 1, 'the call is written');
  const loaded = service.log.filter(({ message }) => message === 'loaded').map(({ url }) => String(url));
  expect(loaded.some((url) => url.includes('/sdk-trace'))).toBe(isLoaded);
  expect(isLoaded ? [] : loaded).toEqual([]);
  await service.stop();
  expect(requestSpans().length > 0).toBe(isLoaded);
});

function within({ startMs, endMs }: ReceivedSpan, from: number, to: number): boolean {
  return startMs >= from - 1 && startMs <= to && endMs >= to - 1;
}
