/** Reading calls from Altur's API, on a real HTTP server. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AlturApi } from '../../src/altur/api-client.ts';
import { type AlturApiError, errorFor } from '../../src/altur/api-error.ts';
import { EvenPace } from '../../src/altur/pace.ts';

/** As the documentation's pages show a call; the names differ between pages. */
const CALL = {
  id: 'cll_1',
  type: 'outbound',
  status: 'ended',
  answered_by: 'human',
  phone_number_from: '+525550000000',
  phone_number_to: '+525512345678',
  started_at: '2026-11-24T16:00:00Z',
  ended_at: '2026-11-24T16:00:45Z',
  duration: 45,
  billable_duration: 60,
  agent: { id: 'agt_1', name: 'Diana' },
  contact: { f_id: 'customer-1', name: 'Sofía Peña', phone_number: '+525512345678', status: 'converted' },
  extracted_data: { 'Payment Amount': '1200' },
  tags: [{ id: 1, name: 'payment_promise', color: 'red' }],
  recording_url: '/api/v1.0/call/cll_1/recording',
};

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: { readonly url: string | undefined; readonly authorization: string | undefined }[];
let server: ReturnType<typeof createServer>;
let origin: string;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push({ url: request.url, authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) => {
  answer = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};
/** In a hurry: between requests and before further attempts. */
const api = (apiUrl = `${origin}/api/v1.0/`) =>
  new AlturApi({ apiKey: 'key-of-the-test', apiUrl }, new EvenPace(0), 1);
const read = (callId = 'cll_1') => api().readCall(callId);
const failure = (callId?: string) =>
  read(callId).then(
    () => {
      throw new Error('it was read');
    },
    (error: AlturApiError) => error,
  );

test('a call becomes the event that the webhook would have sent, marked as without a transcript', async () => {
  json(CALL);
  expect(await read()).toEqual({
    event_type: 'on_call_end',
    id: 'cll_1',
    type: 'outbound',
    status: 'ended',
    answered_by: 'human',
    phone_number_from: '+525550000000',
    phone_number_to: '+525512345678',
    started_at: '2026-11-24T16:00:00Z',
    ended_at: '2026-11-24T16:00:45Z',
    duration: 45,
    billed_duration: 60,
    assistant: { id: 'agt_1', name: 'Diana' },
    recording_url: `${origin}/api/v1.0/call/cll_1/recording`,
    read_from_api: true,
    transcript_unavailable: true,
    campaign_user: {
      f_id: 'customer-1',
      name: 'Sofía Peña',
      contact: '+525512345678',
      status: 'converted',
      extracted_data: { 'Payment Amount': '1200' },
      tags: ['payment_promise'],
    },
  });
  expect(requests).toEqual([{ url: '/api/v1.0/call/cll_1', authorization: 'api-key key-of-the-test' }]);
});

test('the names of the webhook are understood as well', async () => {
  const { agent, billable_duration, contact, extracted_data, tags, ...rest } = CALL;
  const campaign_user = { f_id: 'customer-1', extracted_data };
  json({
    ...rest,
    assistant: agent,
    billed_duration: '01:00',
    campaign_user,
    recording_url: 'https://x.mx/r',
  });
  expect(await read()).toMatchObject({
    assistant: agent,
    billed_duration: 60,
    campaign_user,
    recording_url: 'https://x.mx/r',
  });
  json({ ...rest, campaign_user: null, end_user: { display_name: 'Ana' } });
  const event = await read();
  expect([event.campaign_user, event.end_user]).toEqual([undefined, { display_name: 'Ana' }]);
});

test('a call id is a part of the path, whatever it contains', async () => {
  json({ ...CALL, id: 'a/../b?c' });
  expect((await read('a/../b?c')).id).toBe('a/../b?c');
  expect(requests[0]!.url).toBe('/api/v1.0/call/a%2F..%2Fb%3Fc');
});

test.each([
  { status: 401, code: 'ALTUR_UNAUTHORIZED', says: /ALTUR_API_KEY is not accepted/, concernsAll: true },
  { status: 403, code: 'ALTUR_UNAUTHORIZED', says: /ALTUR_API_KEY is not accepted/, concernsAll: true },
  { status: 404, code: 'ALTUR_CALL_UNKNOWN', says: /knows no call with this id/ },
  { status: 500, code: 'ALTUR_UNAVAILABLE', says: /answered 500/, retryAfterMs: expect.any(Number) },
  { status: 503, code: 'ALTUR_UNAVAILABLE', says: /answered 503/, retryAfterMs: expect.any(Number) },
  { status: 400, code: 'ALTUR_CALL_UNUSABLE', says: /rejects the request/ },
  { status: 405, code: 'ALTUR_API_URL_WRONG', says: /answered 405/, concernsAll: true },
])('$status is $code', async ({ status, code, says, concernsAll = false, retryAfterMs }) => {
  json({ error: status, message: 'Sofía +525512345678' }, status);
  const error = await failure();
  expect(error).toMatchObject({ code, concernsAll, retryAfterMs });
  expect(error.message).toMatch(says);
  expect(error.message).not.toMatch(/Sofía|5512345678|key-of-the-test/);
});

test.each([
  { header: { 'retry-after': '7' }, retryAfterMs: 7_000 },
  { header: { 'retry-after': '86400' }, retryAfterMs: 60_000 },
  { header: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, retryAfterMs: 1_000 },
  { header: {}, retryAfterMs: 1_000 },
])('429 with $header is tried again after $retryAfterMs ms', ({ header, retryAfterMs }) => {
  const response = new Response(null, { status: 429, headers: header as Record<string, string> });
  expect(errorFor(response, 1_000)).toMatchObject({ code: 'ALTUR_RATE_LIMITED', retryAfterMs });
});

test.each([
  { body: '<!doctype html><title>Sofía</title>', says: /web page/ },
  { body: 'Sofía', says: /something else than JSON/ },
  { body: '{"id": "cll_1"', says: /something else than JSON/ },
  { body: `"${'x'.repeat(9 * 1_048_576)}"`, says: /more than 8 MiB/ },
])('an answer that is no answer of the API says so: $says', async ({ body, says }) => {
  json(body);
  const error = await failure();
  expect([error.code, error.message]).toEqual(['ALTUR_API_URL_WRONG', expect.stringMatching(says)]);
  expect(error.message).not.toContain('Sofía');
});

test.each([
  { body: { ...CALL, id: 'cll_2' }, says: /another call/ },
  { body: { ...CALL, status: 'in-progress' }, says: /not ended/ },
  { body: [CALL], says: /not a JSON object/ },
])('an answer that cannot be used says why: $says', async ({ body, says }) => {
  json(body);
  const error = await failure();
  expect([error.code, error.message]).toEqual(['ALTUR_CALL_UNUSABLE', expect.stringMatching(says)]);
});

test('the key goes to no other address: a redirect is not followed', async () => {
  json({}, 302, { location: `${origin}/elsewhere` });
  expect(await failure()).toMatchObject({ code: 'ALTUR_API_URL_WRONG' });
  expect(requests).toHaveLength(1);
});

test('an API that is not there is unavailable', async () => {
  await expect(api('http://127.0.0.1:1').readCall('cll_1')).rejects.toMatchObject({
    code: 'ALTUR_UNAVAILABLE',
    message: expect.stringContaining('cannot be reached'),
  });
});

test('an answer that breaks off is unavailable', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"id"');
    setImmediate(() => response.destroy());
  };
  expect(await failure()).toMatchObject({ code: 'ALTUR_UNAVAILABLE' });
});

test.each(['.', '..'])('the call id %j is no other path of the API', async (id) => {
  expect(await failure(id)).toMatchObject({ code: 'ALTUR_CALL_UNKNOWN' });
  expect(requests).toEqual([]);
});
