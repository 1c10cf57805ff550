/** Requests of people who mean no good, or of programs that know no better: each gets its answer, and nothing breaks. */
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallEvent } from '../../src/altur/event.ts';
import { createVerifier, sign } from '../../src/altur/signature.ts';
import { createApp } from '../../src/ingress/app.ts';
import { type Server, startServer } from '../../src/ingress/server.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { recordingLog } from '../recording-log.ts';
import { chunked, exchange, type RawRequest, rawRequest, SECRET } from './raw-http.ts';

let stored: CallEvent[];
let log: ReturnType<typeof recordingLog>;
let server: Server;

beforeAll(async () => {
  log = recordingLog();
  const app = createApp({
    verifier: createVerifier([SECRET], 'auto'),
    async enqueue(event) {
      stored.push(event);
      return 'queued';
    },
    backpressureReason: () => undefined,
    readiness: async () => [],
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    metrics: createMetrics(),
    log,
  });
  server = await startServer(app, 0);
});
beforeEach(() => {
  stored = [];
});
afterAll(async () => {
  expect(log.entries.filter(({ level }) => level === 'error')).toEqual([]);
  await server.close();
});

const BODY = '{"event_type":"on_call_end","id":"cll_1"}';
const RIGHT = sign(BODY, SECRET, 'hex');
const RIGHT_BASE64 = sign(BODY, Buffer.from(SECRET.padEnd(32)).toString('base64'), 'base64');
const MIB = 1_048_576;

const signature = (value: string): RawRequest => ({ headers: { 'X-Altur-Signature': value } });
const header = (name: string, value: string | null): RawRequest => ({ headers: { [name]: value } });
const transfer = (encoding: string, body: string): RawRequest => ({
  headers: { 'Content-Length': null, 'Transfer-Encoding': encoding, 'X-Altur-Signature': RIGHT },
  body,
});

const REQUESTS: Record<string, [name: string, request: RawRequest, status: number][]> = {
  'a signature that is none': [
    ['absent', header('X-Altur-Signature', null), 401],
    ['empty', signature(''), 401],
    ['truncated', signature(RIGHT.slice(0, -1)), 401],
    ['truncated by a byte', signature(RIGHT.slice(0, -2)), 401],
    ['doubled', signature(RIGHT + RIGHT), 401],
    ['twice', signature(`${RIGHT}, ${RIGHT}`), 401],
    ['of another key, in base64', signature(RIGHT_BASE64), 401],
    ['of another key, in base64, lower-cased', signature(RIGHT_BASE64.toLowerCase()), 401],
    ['of another key, in base64, without its =', signature(RIGHT_BASE64.replace('=', '')), 401],
    ['with sha256= before it', signature(`sha256=${RIGHT}`), 401],
    ['with v1, before it', signature(`v1,${RIGHT}`), 401],
    ['with NUL', signature(`${RIGHT}\0`), 400],
    ['of 14 kB', signature('a'.repeat(14_000)), 401],
    ['of an empty body', signature(sign('', SECRET, 'hex')), 401],
    ['keyed by an empty secret', signature(createHmac('sha256', '').update(BODY).digest('hex')), 401],
    ['of zeros', signature('0'.repeat(64)), 401],
  ],
  'a length that is none': [
    ['negative', header('Content-Length', '-1'), 400],
    ['hexadecimal', header('Content-Length', '0x29'), 400],
    ['1e20', header('Content-Length', '1e20'), 400],
    ['a number of 25 digits', header('Content-Length', '9'.repeat(25)), 400],
    ['a list', header('Content-Length', '41, 42'), 400],
    ['two that differ', header('Content-Length', '41\r\nContent-Length: 42'), 400],
    ['with Transfer-Encoding', header('Transfer-Encoding', 'chunked'), 400],
    ['xchunked', transfer('xchunked', chunked(BODY)), 400],
    ['chunked, identity', transfer('chunked, identity', chunked(BODY)), 400],
    ['a tab before the colon', header('Content-Length\t', '41'), 400],
  ],
  'a request line or head that is none': [
    ['no Host', header('Host', null), 400],
    ['HTTP/9.9', { version: 'HTTP/9.9' }, 400],
    ['FOO', { method: 'FOO' }, 400],
    ['a header of 60 kB', header('X-Large', 'a'.repeat(60_000)), 431],
  ],
  chunks: [
    ['of a byte each', transfer('chunked', chunked(...BODY)), 200],
    ['with garbage for a size', transfer('chunked', `zz\r\n${BODY}\r\n0\r\n\r\n`), 400],
    ['of more than a mebibyte', transfer('chunked', chunked('a'.repeat(MIB), 'a')), 413],
    [
      'with another signature as trailer',
      transfer('chunked', `${chunked(BODY).slice(0, -2)}X-Altur-Signature: ${'0'.repeat(64)}\r\n\r\n`),
      200,
    ],
  ],
  'a version, expectation or upgrade': [
    ['HTTP/1.0', { version: 'HTTP/1.0' }, 200],
    ['Upgrade: h2c', { headers: { Upgrade: 'h2c', Connection: 'close, Upgrade' } }, 200],
  ],
  'another method': [
    ...['TRACE', 'HEAD', 'GET', 'OPTIONS', 'PUT', 'DELETE'].map((method): [string, RawRequest, number] => [
      method,
      { method, body: '', headers: { 'Content-Length': null } },
      405,
    ]),
    ['X-HTTP-Method-Override', { method: 'GET', headers: { 'X-HTTP-Method-Override': 'POST' } }, 405],
  ],
  'another path': [
    ...[
      `${WEBHOOK_PATH}/`,
      `/${WEBHOOK_PATH}`,
      WEBHOOK_PATH.toUpperCase(),
      '/webhooks/altur/x/../on-call-end',
      '/webhooks/altur/%2e%2e/altur/on-call-end',
      '/webhooks%2faltur%2fon-call-end',
      `${WEBHOOK_PATH}%00`,
      `${WEBHOOK_PATH};x`,
      `${WEBHOOK_PATH}x`,
    ].map((path): [string, RawRequest, number] => [path, { path }, 404]),
    ['12 kB', { path: `/${'a'.repeat(12_000)}` }, 404],
    ['60 kB', { path: `/${'a'.repeat(60_000)}` }, 431],
  ],
  'a compressed body': [
    ['said', header('Content-Encoding', 'gzip'), 415],
    ['sent', { body: gzipSync(BODY), headers: { 'Content-Encoding': 'gzip' } }, 415],
    ['a bomb', { body: gzipSync(Buffer.alloc(50 * MIB)), headers: { 'Content-Encoding': 'gzip' } }, 415],
    ['not said', { body: gzipSync(BODY) }, 400],
    ['deflate', header('Content-Encoding', 'deflate'), 415],
    ['br', header('Content-Encoding', 'br'), 415],
  ],
  'a signed body that is no event': [
    ...[
      '',
      ' '.repeat(MIB),
      'null',
      '[]',
      '"text"',
      '42',
      `${BODY}${BODY}`,
      '{"event_type":"on_call_end","id":NaN}',
      `/* comment */${BODY}`,
      `${BODY},`,
      '['.repeat(500_000),
      '{"event_type":"on_call_end","id":{}}',
      '{"event_type":"on_call_end","id":["cll_1"]}',
      '{"event_type":"on_call_end","id":null}',
      `{"event_type":"on_call_end","id":"${'a'.repeat(501)}"}`,
      '{"event_type":"on_call_end","__proto__":{"id":"cll_1"}}',
      '{"event_type":"on_call_end","constructor":{"id":"cll_1"}}',
    ].map((body): [string, RawRequest, number] => [body.slice(0, 60), { body }, 400]),
    ['UTF-16', { body: Buffer.from(BODY, 'utf16le') }, 400],
    ['a byte more than a mebibyte', { body: ' '.repeat(MIB + 1) }, 413],
  ],
};

describe.each(Object.entries(REQUESTS))('%s', (_, requests) => {
  test.each(requests)('%s', async (_name, request, status) => {
    expect(await exchange(server.port, rawRequest(request))).toEqual([status]);
    expect(stored).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('bytes that are no request', () => {
  test.each([
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), [400]],
    ['a bare line feed', `POST ${WEBHOOK_PATH} HTTP/1.1\nHost: here\n\n`, [400]],
    ['CONNECT', 'CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n', []],
  ])('%s', async (_, bytes, statuses) => {
    expect(await exchange(server.port, bytes, true)).toEqual(statuses);
  });

  test.each([1, 40])('a body that is closed after %i bytes', async (count) => {
    const request = rawRequest();
    const head = request.length - Buffer.byteLength(BODY);
    const statuses = await exchange(server.port, request.subarray(0, head + count), true);
    expect(statuses).not.toContain(200);
    expect(stored).toEqual([]);
  });
});

test('twenty requests in one packet are answered in order', async () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    rawRequest({ headers: { Connection: index === 19 ? 'close' : 'keep-alive' } }),
  );
  expect(await exchange(server.port, Buffer.concat(many))).toEqual(Array(20).fill(200));
});

test('HTTP/1.0 with keep-alive is answered', async () => {
  const request = rawRequest({ version: 'HTTP/1.0', headers: { Connection: 'keep-alive' } });
  expect(await exchange(server.port, request, true)).toEqual([200]);
});

test('who expects 100-continue gets it', async () => {
  const request = rawRequest({ headers: { Expect: '100-continue' } });
  expect(await exchange(server.port, request)).toEqual([100, 200]);
});

const deep = (count: number, open: string, close: string) => open.repeat(count) + close.repeat(count);
const withField = (field: string, id = 'cll_1') =>
  `{"event_type":"on_call_end","id":${JSON.stringify(id)},${field}}`;

describe('a signed event that is odd is taken or turned away, and never harms', () => {
  test.each([
    ['nested lists', withField(`"tags":${deep(100_000, '[', ']')}`)],
    ['nested objects', withField(`"context":${deep(100_000, '{"a":', '}').replace(':}', ':1}')}`)],
    ['tags', withField(`"tags":[${Array(300_000).fill('1').join(',')}]`)],
    ['turns', withField(`"transcript":[${Array(40_000).fill('{"content":"sí"}').join(',')}]`)],
    ['two ids', '{"event_type":"on_call_end","id":"cll_2","id":"cll_1"}'],
    ['__proto__', withField('"__proto__":{"polluted":1},"campaign_user":{"__proto__":{"polluted":1}}')],
    ['constructor.prototype', withField('"constructor":{"prototype":{"polluted":1}}')],
    ['lone surrogates', withField('"status":"\\ud800"')],
    ['NUL', withField('"status":"a\\u0000b"')],
    ['1e400', withField('"duration":1e400')],
    ['a long name', withField(`"${'x'.repeat(100_000)}":1`)],
    ['a long number', withField(`"duration":${'9'.repeat(1_000)}`)],
    ...['a:b/c d?e#f%00', '../../etc', '{x} *', 'meta', '__proto__'].map((id): [string, string] => [
      `the id ${id}`,
      withField('"status":"ended"', id),
    ]),
  ])('%s', async (_, body) => {
    const [status] = await exchange(server.port, rawRequest({ body }));
    expect([200, 400, 413]).toContain(status);
    expect(stored).toHaveLength(status === 200 ? 1 : 0);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe('a body that was written another way than it was signed', () => {
  const signed = '{"event_type":"on_call_end","id":"cll_1","name":"Peña"}';
  const headers = { 'X-Altur-Signature': sign(signed, SECRET, 'hex') };

  test.each([
    ['white space between tokens', signed.replaceAll(',', ' ,\n\t'), 200],
    ['a letter escaped', signed.replace('ñ', '\\u00f1'), 200],
    ['another order of the keys', '{"id":"cll_1","event_type":"on_call_end","name":"Peña"}', 401],
    ['a key more', signed.replace('}', ',"x":1}'), 401],
    ['a byte order mark', `\uFEFF${signed}`, 401],
    ['a no-break space', signed.replace(',', ',\u00A0'), 401],
    ['a vertical tab', signed.replace(',', ',\v'), 401],
    ['a blank in a text', signed.replace('Peña', 'Pe ña'), 401],
  ])('%s', async (_, body, status) => {
    expect(await exchange(server.port, rawRequest({ body, headers }))).toEqual([status]);
  });
});
