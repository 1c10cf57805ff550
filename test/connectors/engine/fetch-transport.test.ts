/** The transport for CRMs without an SDK: bounded, without retries, and quiet about what was sent. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FetchTransport } from '../../../connectors/engine/http/fetch-transport.ts';
import { readBody } from '../../../connectors/engine/http/read-body.ts';
import { jsonResponse } from '../../simulators/kit/http-message.ts';
import { type ScriptedServer, startScriptedServer } from '../../simulators/kit/scripted-server.ts';

let server: ScriptedServer;
let transport: FetchTransport;

beforeEach(async () => {
  server = await startScriptedServer(() => jsonResponse(200, { found: [] }));
  transport = new FetchTransport({
    crm: 'Acme',
    url: `${server.url}/`,
    headers: { 'x-token': 'secret' },
    timeoutMs: 100,
    credentialsFix: 'set ACME_TOKEN',
  });
});

afterEach(() => server.close());

const GET = { method: 'GET', path: '/people?phone=5510000001' } as const;

test.each([
  [503, { kind: 'unavailable', code: 'CRM_UNAVAILABLE' }],
  [429, { kind: 'rate_limited', code: 'QUOTA_EXHAUSTED', retryAfterMs: 10_000 }],
  [401, { kind: 'unauthorized', code: 'CREDENTIALS_REJECTED' }],
  [403, { kind: 'unauthorized', code: 'CREDENTIALS_REJECTED' }],
])('%i is about the CRM as a whole, and is sent once', async (status, error) => {
  server.fault({ kind: 'status', status, body: { message: '5510000001' }, times: 'always' });
  await expect(transport.send(GET)).rejects.toMatchObject(error);
  expect(server.requests).toHaveLength(1);
});

test('Retry-After says how long to wait', async () => {
  server.fault({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
  await expect(transport.send(GET)).rejects.toMatchObject({ retryAfterMs: 7_000 });
});

test('errors hold neither the query nor what the CRM says', async () => {
  server.fault({ kind: 'status', status: 503, body: { message: '5510000001' } });
  await expect(transport.send(GET)).rejects.toThrow('Acme answered 503 to GET /people:');
});

test('other rejections are about the content of the request', async () => {
  server.fault({ kind: 'status', status: 422, body: { code: 'X' } });
  expect(await transport.send(GET)).toEqual({ status: 422, body: { code: 'X' } });
});

test('a request without a response ends in time, and at once when it is aborted', async () => {
  server.fault({ kind: 'hang', times: 'always' });
  await expect(transport.send(GET)).rejects.toMatchObject({ kind: 'unavailable', code: 'CRM_UNREACHABLE' });
  const abort = new AbortController();
  const sending = transport.send(GET, abort.signal);
  abort.abort();
  await expect(sending).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(transport.send(GET, abort.signal)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('a rejected look-up is not taken for an empty one', async () => {
  expect(await readBody(transport, 'Acme', GET)).toEqual({ found: [] });
  server.fault({ kind: 'status', status: 400 });
  await expect(readBody(transport, 'Acme', GET)).rejects.toMatchObject({ code: 'LOOKUP_REJECTED' });
  server.fault({ kind: 'html', status: 200 });
  await expect(readBody(transport, 'Acme', GET)).rejects.toMatchObject({ code: 'NO_RESULT' });
});
