/** When a request to Altur's API is sent again, on a real HTTP server. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlturApiError } from '../../src/altur/api-error.ts';
import { ApiRequests } from '../../src/altur/api-request.ts';
import { EvenPace } from '../../src/altur/pace.ts';

type Respond = (response: ServerResponse) => void;

/** In turn; the last one again and again. */
let answers: readonly Respond[];
let requests: number;
let server: ReturnType<typeof createServer>;
let api: ApiRequests;

beforeEach(async () => {
  requests = 0;
  server = createServer((_, response) => {
    answers[Math.min(requests++, answers.length - 1)]!(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1.0`;
  api = new ApiRequests({ apiKey: 'key-of-the-test', apiUrl }, new EvenPace(0), 1);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const send =
  (status: number, body = '{}', headers: Record<string, string> = {}): Respond =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
const OK = send(200, '{"id":"cll_1"}');
const PAGE = send(200, '<!doctype html><title>Sofía</title>');
const get = (signal?: AbortSignal) => api.get('/call/cll_1', signal);
const failure = () =>
  get().then(
    () => {
      throw new Error('it was read');
    },
    (error: AlturApiError) => error,
  );
async function untilRequested(): Promise<void> {
  while (requests === 0) await sleep(1);
}

describe('a request is sent up to five times', () => {
  test.each([
    { what: '429', fault: send(429, '', { 'retry-after': '0' }) },
    { what: '429 that does not say for how long', fault: send(429) },
    { what: '500', fault: send(500) },
    { what: '502 with the page of a proxy', fault: send(502, '<html>Bad gateway') },
    { what: 'a connection that breaks', fault: (response: ServerResponse) => void response.destroy() },
  ])('after $what', async ({ fault }) => {
    answers = [fault, fault, fault, fault, OK];
    expect(await get()).toEqual({ status: 200, json: { id: 'cll_1' } });
    expect(requests).toBe(5);
    requests = 0;
    answers = [fault];
    expect((await failure()).retryAfterMs).toBeGreaterThanOrEqual(0);
    expect(requests).toBe(5);
  });

  test('but only twice after a web page: what is served again is no answer of the API', async () => {
    answers = [PAGE];
    const error = await failure();
    expect(error).toMatchObject({ code: 'ALTUR_API_URL_WRONG', concernsAll: true });
    expect(error.message).not.toContain('Sofía');
    expect(requests).toBe(2);
    requests = 0;
    answers = [PAGE, OK];
    expect(await get()).toEqual({ status: 200, json: { id: 'cll_1' } });
  });

  test.each([401, 403, 302, 405])('and not again after %s', async (status) => {
    answers = [send(status)];
    await failure();
    expect(requests).toBe(1);
  });

  test.each([
    [400, 400],
    [422, 400],
    [404, 404],
  ])('nor after %s, of which the meaning depends on what was asked for', async (status, answered) => {
    answers = [send(status)];
    expect(await get()).toEqual({ status: answered });
    expect(requests).toBe(1);
  });
});

test('429 has every request wait as long as it asks', async () => {
  answers = [send(429, '', { 'retry-after': '1' }), OK];
  const from = performance.now();
  const limited = get().then(() => performance.now());
  await untilRequested();
  await sleep(50);
  const other = get().then(() => performance.now());
  expect(Math.min(await limited, await other) - from).toBeGreaterThanOrEqual(990);
});

test('a request that waits to be sent again ends when it is aborted', async () => {
  answers = [send(503, '', { 'retry-after': '60' })];
  const abort = new AbortController();
  const reason = new Error('shutting down');
  const waiting = get(abort.signal);
  await untilRequested();
  abort.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(requests).toBe(1);
});

test('so does one that waits for an answer', async () => {
  answers = [() => undefined];
  const abort = new AbortController();
  const reason = new Error('shutting down');
  const waiting = get(abort.signal);
  await untilRequested();
  abort.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

describe('once the API has answered', () => {
  test.each([302, 405, 410])('%s is about the request alone', async (status) => {
    answers = [OK, send(status)];
    await get();
    expect(await get()).toEqual({ status: 400 });
    expect(requests).toBe(2);
  });

  test('so is an answer that is too large', async () => {
    answers = [OK, send(200, JSON.stringify('y'.repeat(9 * 1_048_576)))];
    await get();
    expect(await get()).toEqual({ status: 400 });
  });

  test.each([PAGE, send(200, '{"id": ')])('a page, or half an answer, may pass', async (wrong) => {
    answers = [OK, wrong, wrong, wrong, OK];
    await get();
    expect(await get()).toEqual({ status: 200, json: { id: 'cll_1' } });
    answers = [wrong];
    expect(await failure()).toMatchObject({ code: 'ALTUR_UNAVAILABLE', concernsAll: false });
  });
});
