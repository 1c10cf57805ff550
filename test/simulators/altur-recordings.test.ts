/** Recordings: their bytes, and all the ways in which they do not come. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../e2e/service-process.ts';
import type { RecordingFormat, RecordingSettings } from './altur/recording-settings.ts';
import { accountEachTest, authorization } from './altur/simulated-account.ts';

const account = accountEachTest();
let callId: string;
let path: string;

beforeEach(() => {
  callId = account.sim.addCall(undefined).id;
  path = `/call/${callId}/recording`;
});

const serve = (settings: Partial<RecordingSettings>) => account.sim.setRecording(callId, settings);
const listen = (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(account.sim.apiUrl + path, { ...init, headers: { ...authorization(account.sim), ...headers } });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** A listener that takes nothing as long as it is not told to. */
async function slowListener(): Promise<IncomingMessage> {
  const request = get(account.sim.apiUrl + path, { headers: authorization(account.sim) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

describe('of each format', () => {
  test.each<[RecordingFormat, string, RegExp]>([
    ['wav', 'audio/wav', /^RIFF.{4}WAVEfmt /s],
    ['mp3', 'audio/mpeg', /^\xff\xfb/],
    ['ogg', 'audio/ogg', /^OggS/],
    ['mp4', 'audio/mp4', /^.{4}ftyp/s],
  ])('%s has its content type and begins as such files do', async (format, type, magic) => {
    serve({ format });
    const response = await listen();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    const bytes = await bytesOf(response);
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    expect(bytes.toString('latin1')).toMatch(magic);
  });

  test('a WAV says how long it is', async () => {
    const bytes = await bytesOf(await listen());
    expect([bytes.readUInt32LE(4), bytes.readUInt32LE(40)]).toEqual([bytes.length - 8, bytes.length - 44]);
    expect(bytes.length).toBe(44 + 6 * 16_000);
    expect(bytes.subarray(44).some((byte) => byte !== 0)).toBe(true);
  });

  test.each([
    ['none', null],
    ['application/octet-stream', 'application/octet-stream'],
  ])('the content type may be %s', async (contentType, expected) => {
    serve({ contentType });
    expect((await listen()).headers.get('content-type')).toBe(expected);
  });
});

describe('ranges', () => {
  test.each([
    ['bytes=0-3', 'RIFF', 'bytes 0-3/96044'],
    ['bytes=8-11', 'WAVE', 'bytes 8-11/96044'],
    ['bytes=-2', undefined, 'bytes 96042-96043/96044'],
    ['bytes=96040-', undefined, 'bytes 96040-96043/96044'],
    ['bytes=96040-999999', undefined, 'bytes 96040-96043/96044'],
  ])('%s is a part', async (range, text, contentRange) => {
    const whole = await bytesOf(await listen());
    const response = await listen({ Range: range });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, contentRange]);
    const bytes = await bytesOf(response);
    const [from = 0, to = 0] = contentRange.match(/\d+/g)!.map(Number);
    expect(bytes.equals(whole.subarray(from, to + 1))).toBe(true);
    if (text !== undefined) expect(bytes.toString()).toBe(text);
  });

  test.each(['bytes=96044-', 'bytes=5-4', 'bytes=-0'])('%s cannot be satisfied', async (range) => {
    const response = await listen({ Range: range });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */96044']);
  });

  test('may be ignored', async () => {
    serve({ ranges: false });
    const response = await listen({ Range: 'bytes=0-3' });
    const { headers } = response;
    expect([response.status, headers.get('accept-ranges'), headers.get('content-range')]).toEqual([
      200,
      null,
      null,
    ]);
    expect(await bytesOf(response)).toHaveLength(96_044);
  });
});

test('the length may not be said', async () => {
  serve({ length: false });
  const response = await listen();
  expect([response.headers.get('content-length'), response.headers.get('transfer-encoding')]).toEqual([
    null,
    'chunked',
  ]);
  expect(await bytesOf(response)).toHaveLength(96_044);
});

test.each([
  ['answered', 200, '96044'],
  ['refused', 405, null],
] as const)('HEAD is %s', async (head, status, length) => {
  serve({ head });
  const response = await listen({}, { method: 'HEAD' });
  expect(response.status).toBe(status);
  if (length !== null) expect(response.headers.get('content-length')).toBe(length);
  expect(account.sim.sentBytes()).toBe(0);
});

describe('what is big', () => {
  test.each(['wav', 'mp3'] as const)(
    '%s is made while it is sent, as fast as it is taken',
    async (format) => {
      const bytes = 12 * 1024 * 1024;
      serve({ format, bytes });
      const slow = await slowListener();
      await until(() => account.sim.openStreams() === 1, 'it is being sent');
      const response = await listen({ Range: `bytes=${bytes - 10}-${bytes - 1}` });
      expect(await bytesOf(response)).toHaveLength(10);
      // No more than the buffers of the two connections hold.
      expect(account.sim.sentBytes()).toBeLessThan(bytes / 2);
      let taken = 0;
      for await (const piece of slow) taken += (piece as Buffer).length;
      expect(taken).toBeGreaterThanOrEqual(bytes);
      await until(() => account.sim.openStreams() === 0, 'all was sent');
    },
  );
});

describe('what does not come', () => {
  test('is answered 404 until it is ready', async () => {
    serve({ notReady: 2 });
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await listen()).status);
    expect(statuses).toEqual([404, 404, 200]);
    serve({ notReady: 'always' });
    expect((await listen()).status).toBe(404);
    serve({ notReady: 0 });
    expect((await listen()).status).toBe(200);
  });

  test('a slow stream takes its time', async () => {
    serve({ seconds: 0.5, bytesPerSecond: 40_000 });
    const start = performance.now();
    expect(await bytesOf(await listen())).toHaveLength(8_044);
    expect(performance.now() - start).toBeGreaterThan(150);
  });

  test('a stream breaks in the middle', async () => {
    serve({ breaksAfter: 10_000 });
    const response = await listen();
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    await until(() => account.sim.openStreams() === 0, 'it is over');
    expect(account.sim.sentBytes()).toBe(10_000);
  });

  test('a stream hangs in the middle, and a listener who leaves is noticed', async () => {
    serve({ hangsAfter: 10_000 });
    const slow = await slowListener();
    const [first] = (await once(slow, 'data')) as [Buffer];
    expect(first.length).toBeGreaterThan(0);
    expect(account.sim.openStreams()).toBe(1);
    slow.destroy();
    await until(() => account.sim.openStreams() === 0, 'it is over');
  });

  test.each([
    [{ kind: 'status', status: 429, headers: { 'Retry-After': '2' } }, 429],
    [{ kind: 'status', status: 401, body: { error: 401, message: 'Invalid API key' } }, 401],
    [{ kind: 'status', status: 503 }, 503],
    [{ kind: 'html', status: 200 }, 200],
  ] as const)('a fault %j strikes as often as it is told to', async (fault, status) => {
    account.sim.fault({ ...fault, path: '/recording$' });
    const response = await listen();
    expect(response.status).toBe(status);
    if (fault.kind === 'html') expect(response.headers.get('content-type')).toBe('text/html');
    expect((await listen()).headers.get('content-type')).toBe('audio/wav');
  });

  test('a call that was not answered has none', async () => {
    const { id } = account.sim.addCall(undefined, { status: 'no-answer' });
    expect((await account.get(`/call/${id}/recording`)).status).toBe(404);
    expect((await account.get('/call/cll_unknown/recording')).body).toEqual({
      error: 404,
      message: 'Call not found',
    });
  });
});

describe('redirects', () => {
  test('to the same origin need the key there too', async () => {
    serve({ redirect: 'same-origin' });
    const first = await listen({}, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([302, `/api/v1.0/files/${callId}`]);
    const url = new URL(first.headers.get('location')!, account.sim.url);
    expect((await fetch(url)).status).toBe(401);
    const second = await fetch(url, { headers: authorization(account.sim) });
    expect(await bytesOf(second)).toHaveLength(96_044);
  });

  test('to another origin need none, and it is logged whether one came', async () => {
    serve({ redirect: 'other-origin' });
    const first = await listen({}, { redirect: 'manual' });
    const location = first.headers.get('location')!;
    expect(new URL(location).origin).toBe(account.sim.storage.url);
    expect(await bytesOf(await fetch(location, { headers: { Range: 'bytes=0-3' } }))).toHaveLength(4);
    await (await fetch(location, { headers: authorization(account.sim) })).arrayBuffer();
    const keys = account.sim.storage.requests.map(({ headers }) => headers.authorization);
    expect(keys).toEqual([undefined, 'api-key altur-simulator-key']);
    expect((await fetch(location.replace(/X-Signature=.*/, 'X-Signature=00'))).status).toBe(403);
  });
});

test('without the key nothing is served', async () => {
  for (const headers of [
    {},
    { Authorization: 'Bearer altur-simulator-key' },
    { Authorization: 'api-key other' },
  ]) {
    const response = await fetch(account.sim.apiUrl + path, { headers: headers as Record<string, string> });
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: 401, message: 'Invalid API key' },
    ]);
  }
});
