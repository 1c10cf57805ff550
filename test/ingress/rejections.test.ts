/** The log of rejected requests, and how long connections live. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createVerifier, sign } from '../../src/altur/signature.ts';
import { FoldedWarning } from '../../src/folded-warning.ts';
import { createApp } from '../../src/ingress/app.ts';
import { type Server, startServer } from '../../src/ingress/server.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import { recordingLog } from '../recording-log.ts';

let log: ReturnType<typeof recordingLog>;
let metrics: Metrics;
let server: Server;
let refused: { readonly body: string; readonly receivedAt: number }[];

beforeEach(async () => {
  log = recordingLog();
  refused = [];
  metrics = createMetrics();
  const app = createApp({
    verifier: createVerifier(['a secret of plain text'], 'auto'),
    enqueue: async () => 'queued',
    backpressureReason: () => undefined,
    readiness: async () => [],
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    metrics,
    log,
    onRefused: (body, receivedAt) => refused.push({ body: body.toString(), receivedAt }),
  });
  server = await startServer(app, 0);
});
afterEach(() => server.close());

test('300 wrong signatures are a handful of lines with a count and a hint, and 300 in the metrics', async () => {
  for (let index = 0; index < 300; index++) {
    const headers = {
      'content-type': 'application/json',
      'x-altur-signature': sign(`${index}`, 'other', 'hex'),
    };
    const { status } = await fetch(server.url + WEBHOOK_PATH, { method: 'POST', headers, body: '{}' });
    expect(status).toBe(401);
  }
  const lines = log.entries.filter(({ fields }) => (fields as { code?: string }).code === 'WEBHOOK_UNSIGNED');
  expect(lines.length).toBeLessThan(6);
  expect(lines[0]!.fields).toMatchObject({ hint: expect.stringContaining('ALTUR_WEBHOOK_SECRET') });
  expect(lines.at(-1)!.fields).toMatchObject({ count: 100 });
  expect(await metrics.render(undefined)).toContain('altur_events_total{result="unsigned"} 300');
});

test('the final count follows when no more came for a while, and the next one is logged at once', () => {
  jest.useFakeTimers();
  try {
    const own = recordingLog();
    const warning = new FoldedWarning(own, 'rejected', 'a hint');
    const counts = () => own.entries.map(({ fields }) => (fields as { count: number }).count);
    for (let index = 0; index < 37; index++) warning.warn({});
    expect(counts()).toEqual([1, 10]);
    jest.advanceTimersByTime(10_000);
    expect(counts()).toEqual([1, 10, 37]);
    warning.warn({});
    expect(counts()).toEqual([1, 10, 37, 1]);
    jest.advanceTimersByTime(60_000);
    expect(counts()).toEqual([1, 10, 37, 1]);
  } finally {
    jest.useRealTimers();
  }
});

test('a refused delivery is told of after it was answered, with its body as it came', async () => {
  const headers = { 'content-type': 'application/json', 'x-altur-signature': 'wrong' };
  const before = Date.now();
  const { status } = await fetch(server.url + WEBHOOK_PATH, {
    method: 'POST',
    headers,
    body: '{"id":"cll_1"}',
  });
  expect(status).toBe(401);
  expect(refused).toEqual([{ body: '{"id":"cll_1"}', receivedAt: expect.any(Number) }]);
  expect(refused[0]!.receivedAt).toBeGreaterThanOrEqual(before);
});

async function open(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

test('an idle connection is promised to stay open for longer than the minute of proxies', async () => {
  const socket = await open();
  socket.write('GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(Number(/Keep-Alive: timeout=(\d+)/i.exec(String(answer))![1])).toBeGreaterThan(60);
  socket.destroy();
});

test('a sender that never finishes its headers is let go within half a minute, an idle connection is not', async () => {
  const idle = await open();
  const ask = async () => {
    idle.write('GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n');
    return String(((await once(idle, 'data')) as [Buffer])[0]);
  };
  expect(await ask()).toMatch(/^HTTP\/1\.1 200/);
  const slow = await Promise.all(Array.from({ length: 50 }, open));
  for (const socket of slow) socket.on('error', () => {}).write('POST / HTTP/1.1\r\nHost: here\r\nX-Slow: ');
  const closed = Promise.all(slow.map((socket) => once(socket.resume(), 'close')));
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await closed;
  expect(await ask()).toMatch(/^HTTP\/1\.1 200/);
  idle.destroy();
});
