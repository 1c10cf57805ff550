/** What a listener is shown, and the operator told, when there is no recording to be had. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NOTICES } from '../../src/recordings/notice-texts.ts';
import { type RecordingIngress, results, startRecordings } from './recording-ingress.ts';
import { type Answer, serveFile, startUpstream, type Upstream } from './upstream.ts';

let altur: Upstream;
let ingress: RecordingIngress;

beforeEach(async () => {
  altur = await startUpstream();
  ingress = await startRecordings(altur.origin);
});
afterEach(async () => {
  await ingress.close();
  await altur.close();
});

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end('{"error": 1}');
const body =
  (type: string | undefined, text: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response
      .writeHead(200, { ...(type !== undefined && { 'content-type': type }), ...headers })
      .end(text);
const never: Answer = () => {};
const hangUp: Answer = (request) => void request.socket.destroy();
const nothingComes: Answer = (_, response) =>
  void response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': 99 }).flushHeaders();
const isSlow = (answer: Answer) => answer === never || answer === nothingComes;

const notReady = [404, 'not_ready', 'RECORDING_NOT_READY', 'info', '60'] as const;
const down = [503, 'unavailable', 'ALTUR_UNAVAILABLE', 'warn', '30'] as const;
const unusable = [502, 'unusable', 'RECORDING_UNUSABLE', 'error', null] as const;
const key = [502, 'unauthorized', 'ALTUR_UNAUTHORIZED', 'error', null] as const;
const limited = (seconds: string) => [503, 'rate_limited', 'ALTUR_RATE_LIMITED', 'warn', seconds] as const;

describe.each([
  ['404', status(404), notReady],
  ['410', status(410), notReady],
  ['400', status(400), notReady],
  ['an empty recording', body('audio/mpeg', ''), notReady],
  ['an empty body without a length', (_, response) => void response.writeHead(200).end(), notReady],
  ['401', status(401), key],
  ['403', status(403), key],
  ['429', status(429), limited('10')],
  ['429 with a time', status(429, { 'retry-after': '7' }), limited('7')],
  ['429 with a long time', status(429, { 'retry-after': '86400' }), limited('300')],
  ['429 with a date', status(429, { 'retry-after': 'Thu, 26 Nov 2026 12:00:00 GMT' }), limited('10')],
  ['500', status(500), down],
  ['503', status(503, { 'retry-after': '1000' }), down],
  ['no answer', never, down],
  ['a connection that is closed', hangUp, down],
  ['headers and then nothing', nothingComes, [503, 'broken', 'RECORDING_BROKEN', 'warn', '30']],
  ['202', status(202), unusable],
  ['204', status(204), unusable],
  ['418', status(418), unusable],
  ['a page', body('text/html; charset=utf-8', '<html><script>alert(1)</script>'), unusable],
  ['a page without a type', body(undefined, '  <!doctype html><script>'), unusable],
  ['a page as bytes', body('application/octet-stream', '\ufeff<html>'), unusable],
  ['JSON', body('application/json', '{"id": "cll_1"}'), unusable],
  ['JSON without a type', body(undefined, '{"id": "cll_1"}'), unusable],
  ['a picture that may hold scripts', body('image/svg+xml', '<svg onload="x"/>'), unusable],
  ['a compressed body', body('audio/mpeg', 'ID3', { 'content-encoding': 'gzip' }), unusable],
] satisfies [string, Answer, readonly [number, string, string, string, string | null]][])(
  'Altur answers with %s',
  (_, answer, [expected, result, code, level, retryAfter]) => {
    test.each([{}, { range: 'bytes=5-9' }])('asked with %j: a page, a code and a count', async (headers) => {
      altur.answer = answer;
      if (isSlow(answer)) {
        await ingress.close();
        ingress = await startRecordings(altur.origin, { headersMs: 200, idleMs: 200 });
      }
      const response = await fetch(ingress.linkTo('cll_1'), { headers });
      expect(response.status).toBe(expected);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-/,
      );
      expect(response.headers.get('x-robots-tag')).toContain('noindex');
      const page = await response.text();
      expect(page).toContain(
        `<h1>${NOTICES.en[result === 'broken' ? 'unavailable' : (result as 'busy')].title}</h1>`,
      );
      expect(page).not.toMatch(/<script|cll_1|127\.0\.0\.1/);
      expect(await ingress.count(results(result))).toBe(1);
      expect(ingress.log.entries).toEqual([
        expect.objectContaining({ level, fields: expect.objectContaining({ code, callId: 'cll_1' }) }),
      ]);
    });
  },
);

test('an API that cannot be reached is unavailable', async () => {
  await altur.close();
  expect((await fetch(ingress.linkTo('cll_1'))).status).toBe(503);
});

test('HEAD has the status of GET and no page', async () => {
  altur.answer = status(404);
  const response = await fetch(ingress.linkTo('cll_1'), { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([404, '']);
});

test('a hundred calls with the same trouble are three lines', async () => {
  altur.answer = status(401);
  for (let call = 0; call < 100; call += 1) await fetch(ingress.linkTo(`cll_${call}`));
  expect(ingress.log.entries.map(({ fields }) => (fields as { count: number }).count)).toEqual([1, 10, 100]);
  expect(await ingress.count(results('unauthorized'))).toBe(100);
});

test.each([
  [undefined, 'es'],
  ['*', 'es'],
  ['fr', 'es'],
  ['en', 'en'],
  ['es-MX,es;q=0.9,en;q=0.8', 'es'],
  ['en-US,en;q=0.9,es;q=0.8', 'en'],
])('whose browser says %s reads %s where the language is es', async (header, language) => {
  const spanish = await startRecordings(altur.origin, { language: 'es' });
  try {
    altur.answer = status(404);
    const headers = { 'accept-language': header ?? '' };
    const response = await fetch(spanish.linkTo('cll_1'), { headers });
    expect(response.headers.get('content-language')).toBe(language);
    const { title } = NOTICES[language as 'es'].not_ready;
    expect(await response.text()).toContain(`<html lang="${language}">`);
    expect(title).not.toBe('');
  } finally {
    await spanish.close();
  }
});

test('a recording that is ready later plays then', async () => {
  altur.answer = status(404);
  const link = ingress.linkTo('cll_1');
  expect((await fetch(link)).status).toBe(404);
  altur.answer = serveFile({ bytes: Buffer.from('ID3 and so on') });
  expect((await fetch(link)).status).toBe(200);
});
