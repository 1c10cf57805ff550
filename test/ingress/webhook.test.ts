import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { createVerifier, sign } from '../../src/altur/signature.ts';
import { createApp } from '../../src/ingress/app.ts';
import { type Server, startServer } from '../../src/ingress/server.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { recordingLog } from '../recording-log.ts';

const SECRET = 'a secret of plain text';
const sample = readFileSync(new URL('../fixtures/on_call_end.json', import.meta.url), 'utf8');

let stored: CallEvent[];
let answer: () => Promise<'queued' | 'duplicate'>;
let backpressureReason: string | undefined;
let log: ReturnType<typeof recordingLog>;
let server: Server;

beforeEach(async () => {
  stored = [];
  answer = async () => 'queued';
  backpressureReason = undefined;
  log = recordingLog();
  const metrics = createMetrics();
  const app = createApp({
    verifier: createVerifier([SECRET], 'auto'),
    enqueue: (event) => {
      stored.push(event);
      return answer();
    },
    backpressureReason: () => backpressureReason,
    readiness: async () => [
      {
        name: 'redis',
        ok: backpressureReason === undefined,
        ...(backpressureReason && { reason: backpressureReason }),
      },
    ],
    exposition: async () => ({
      contentType: metrics.contentType,
      text: await metrics.render({ jobs: {}, paused: false }),
    }),
    metrics,
    log,
  });
  server = await startServer(app, 0);
});
afterEach(() => server.close());

function post(body: string | Buffer, headers: Record<string, string> = {}, path = WEBHOOK_PATH) {
  return fetch(server.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-altur-signature': sign(body, SECRET, 'hex'),
      ...headers,
    },
    body,
  });
}

describe('200', () => {
  test('a signed call is queued', async () => {
    const response = await post(sample);
    expect([response.status, await response.json()]).toEqual([200, { status: 'queued' }]);
    expect(stored).toEqual([JSON.parse(sample)]);
  });

  test('a redelivery is a duplicate', async () => {
    answer = async () => 'duplicate';
    const response = await post(sample);
    expect([response.status, await response.json()]).toEqual([200, { status: 'duplicate' }]);
  });

  test('a verified event of another type is ignored', async () => {
    const response = await post('{"event_type":"campaign.status_changed"}');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ignored' }]);
    expect(stored).toEqual([]);
  });

  test('a content type with a charset is JSON all the same', async () => {
    expect((await post(sample, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  test('the scheme that matched is logged once, so that it can be pinned', async () => {
    await post(sample);
    await post(sample);
    expect(log.entries.filter(({ message }) => message === 'webhook signature matched')).toEqual([
      expect.objectContaining({ fields: expect.objectContaining({ scheme: 'hex', form: 'raw' }) }),
    ]);
  });
});

describe('rejections', () => {
  test.each([
    ['no signature', { 'x-altur-signature': '' }],
    ['a wrong one', { 'x-altur-signature': sign('other', SECRET, 'hex') }],
  ])('401: %s', async (_, headers) => {
    expect((await post(sample, headers)).status).toBe(401);
    expect(stored).toEqual([]);
  });

  test('401 comes before 400: the unsigned learn nothing about the body', async () => {
    expect((await post('not json', { 'x-altur-signature': 'x' })).status).toBe(401);
  });

  test.each([
    ['not json', 'not JSON'],
    ['', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{}', 'event_type'],
    ['{"event_type":"on_call_end"}', 'id'],
  ])('400: %j', async (body, reason) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(reason) });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    '415: %s',
    async (type) => {
      expect((await post(sample, { 'content-type': type })).status).toBe(415);
    },
  );

  test('401: no body at all, since the content type is what it says', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(head.toString()).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('415: a compressed body', async () => {
    expect((await post(sample, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'])('405: %s', async (method) => {
    const response = await fetch(server.url + WEBHOOK_PATH, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each(['/', '/webhooks/altur', `${WEBHOOK_PATH}/x`, '/WEBHOOKS/altur/on-call-end'])(
    '404: %s',
    async (path) => {
      expect((await post(sample, {}, path)).status).toBe(404);
    },
  );

  test('413: one byte over a mebibyte', async () => {
    expect((await post(Buffer.alloc(1_048_577, 'x'))).status).toBe(413);
    expect((await post(Buffer.alloc(1_048_576, 'x'))).status).toBe(400);
  });
});

describe('503', () => {
  test.each([
    ['cannot store', () => Promise.reject(new Error('connection lost'))],
    ['never answers', () => new Promise<never>(() => {})],
  ])('when Redis %s', async (_, storing) => {
    answer = storing;
    const started = Date.now();
    const response = await post(sample);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  test('when Redis is nearly full, and nothing is stored', async () => {
    backpressureReason = 'Redis is 90 % full';
    expect((await post(sample)).status).toBe(503);
    expect(stored).toEqual([]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  });
});

test('health, readiness and metrics are served', async () => {
  await post(sample);
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'alive' });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
    'altur_events_total{result="queued"} 1',
  );
});

test('neither the log nor an answer holds what was said', async () => {
  answer = () => Promise.reject(new Error('connection lost'));
  const response = await post(sample);
  const everything = JSON.stringify(log.entries) + (await response.text());
  for (const secret of ['Sofía', 'John Doe', '+525512345678', SECRET])
    expect(everything).not.toContain(secret);
});
