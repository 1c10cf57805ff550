/** What people try at an address that serves recordings: nothing but a signed link leads to one, and to nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { rawRequest } from './raw-request.ts';
import { API_KEY, type RecordingIngress, results, startRecordings } from './recording-ingress.ts';
import { serveFile, startUpstream, type Upstream } from './upstream.ts';

const BYTES = Buffer.alloc(1_000, 'RIFF\0\0\0\0WAVE', 'latin1');
const CALL = 'cll_1';

let altur: Upstream;
let ingress: RecordingIngress;

beforeAll(async () => {
  altur = await startUpstream(serveFile({ bytes: BYTES, headers: { 'set-cookie': 'a=b', server: 'Altur' } }));
  ingress = await startRecordings(altur.origin, { ttlMs: 3_600_000 });
});
beforeEach(() => void altur.requests.splice(0));
afterAll(async () => {
  await ingress.close();
  await altur.close();
});

/** Path and query of the link. */
const target = (callId = CALL, now?: number) => ingress.linkTo(callId, now).slice(ingress.url.length);
const PATH = '/recordings/cll_1';
const changed = (change: (query: URLSearchParams) => void, callId = CALL) => {
  const [path, query] = target(callId).split('?');
  const parameters = new URLSearchParams(query);
  change(parameters);
  return `${path}?${parameters}`;
};
const lastSign = (text: string) => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');

describe('a link that is not signed', () => {
  const attempts: readonly (readonly [string, () => string])[] = [
    ['no query', () => PATH],
    ['an empty signature', () => changed((query) => query.set('s', ''))],
    ['no signature', () => changed((query) => query.delete('s'))],
    ['no key version', () => changed((query) => query.delete('k'))],
    ['an unknown key version', () => changed((query) => query.set('k', 'AAAAAA'))],
    ['the last sign of the signature changed', () => changed((q) => q.set('s', lastSign(q.get('s')!)))],
    ['a sign added', () => changed((query) => query.set('s', `${query.get('s')}A`))],
    ['a sign less', () => changed((query) => query.set('s', query.get('s')!.slice(1)))],
    ['base64 with padding', () => changed((query) => query.set('s', `${query.get('s')}=`))],
    ['in small letters', () => changed((query) => query.set('s', query.get('s')!.toLowerCase()))],
    ['a null byte behind it', () => `${target()}%00`],
    ['a line break behind it', () => `${target()}%0d%0aX:y`],
    ['a very long signature', () => changed((query) => query.set('s', 'A'.repeat(10_000)))],
    ['two signatures, one right', () => `${target()}&s=AAAA`],
    ['the right signature twice', () => changed((query) => query.append('s', query.get('s')!))],
    ['s[]', () => target().replace('&s=', '&s[]=')],
    ['s[0]', () => target().replace('&s=', '&s[0]=')],
    ['two key versions', () => `${target()}&k=AAAAAA`],
    ['__proto__', () => `${PATH}?__proto__[s]=a&k=b`],
    ['a wrong signature of a call that is unknown', () => `/recordings/nobody?${target().split('?')[1]}`],
    ['the signature of another call', () => `${PATH}?${target('cll_2').split('?')[1]}`],
    ['prolonged', () => changed((query) => query.set('e', `${Number(query.get('e')) + 60}`))],
    ['the expiry taken away', () => changed((query) => query.delete('e'))],
    ['the expiry twice', () => changed((query) => query.append('e', query.get('e')!))],
    ['an expiry that is no number', () => changed((query) => query.set('e', 'Infinity'))],
    ['a call id that only differs in case', () => target().replace('cll_1', 'CLL_1')],
    ['a call id that is encoded twice', () => target('a b').replace('%20', '%2520')],
    ['a call id with a space behind it', () => target().replace('cll_1', 'cll_1%20')],
    ['a call id with a null byte', () => target().replace('cll_1', 'cll_1%00')],
    ['a call id that cannot be decoded', () => target().replace('cll_1', '%E0%A4%A')],
    ['a call id that is not UTF-8', () => target().replace('cll_1', '%ff')],
    ['a call id of 501 characters', () => target('x'.repeat(501))],
    ['a call id with a space that is signed', () => target(' cll_1')],
  ];

  test.each(attempts)('%s: 404, like any other, and Altur is not asked', async (_, attempt) => {
    const answer = await rawRequest(ingress.port, attempt());
    const reference = await rawRequest(ingress.port, '/recordings/nobody?k=AAAAAA&s=AAAA');
    expect(answer.status).toBe(404);
    expect(answer.body).toBe(reference.body);
    expect([...answer.headers.keys()]).toEqual([...reference.headers.keys()]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(altur.requests).toEqual([]);
  });
});

describe('a path beside the one of recordings', () => {
  test.each([
    ['a folder up', () => `/recordings/../healthz`],
    ['a slash behind the id', () => target().replace('?', '/?')],
    ['two segments', () => target().replace('cll_1', 'a/cll_1')],
    ['no id', () => target().replace('cll_1', '')],
    ['in capitals', () => target().replace('recordings', 'Recordings')],
    ['a URL in it', () => target().replace('cll_1', 'http://elsewhere/')],
  ])('%s: 404, and Altur is not asked', async (_, attempt) => {
    expect((await rawRequest(ingress.port, attempt())).status).toBe(404);
    expect(altur.requests).toEqual([]);
  });
});

describe('a call id that leads somewhere else, although it is signed', () => {
  test.each([
    ...['.', '..', '../campaigns', 'x/../../campaigns', '..\\campaigns', 'x/..', './x', '..;/x', '/../x'],
    ...['%2e%2e', '%2e%2e%2fcampaigns', '%252e%252e/x', '..%2fcampaigns', 'x%2f..%2f..', '%25252e%25252e'],
    ...['a\u0000b', 'a\r\nX-Injected: yes', 'a\tb', '．．/x', '‥／x', 'x%00', '%0d%0aX: y'],
  ])('%j: there is no recording, and Altur is not asked', async (callId) => {
    const encoded = encodeURIComponent(callId).replaceAll('.', '%2e');
    const link = target(callId).replace(/\/recordings\/[^?]*/, `/recordings/${encoded}`);
    const answer = await rawRequest(ingress.port, link);
    expect(answer.status).toBe(404);
    expect(answer.headers.has('x-injected')).toBe(false);
    expect(altur.requests).toEqual([]);
  });

  test.each([
    ['an ordinary id', 'cll_01HZY', 'cll_01HZY'],
    ['a number', '12345', '12345'],
    ['dots in it', 'a..b', 'a..b'],
    ['letters of other languages', 'añ–語', 'a%C3%B1%E2%80%93%E8%AA%9E'],
    ['a slash', 'a/b', 'a%2Fb'],
    ['signs of URLs', 'a?b=c#d&e', 'a%3Fb%3Dc%23d%26e'],
    ['a percent sign', '100%', '100%25'],
    ['500 characters', 'x'.repeat(500), 'x'.repeat(500)],
  ])('%s is one segment of the path at Altur', async (_, callId, segment) => {
    expect((await rawRequest(ingress.port, target(callId))).status).toBe(200);
    expect(altur.requests.map(({ url }) => url)).toEqual([`/api/v1.0/call/${segment}/recording`]);
  });
});

describe('what Altur is sent', () => {
  test('nothing of what the listener sends', async () => {
    const headers = [
      ...['Host: evil.example', 'Cookie: a=b', 'Authorization: Basic x', 'X-Forwarded-Host: evil.example'],
      ...['Referer: https://crm.example/contact/1', 'Accept-Encoding: gzip', 'X-Api-Key: y'],
    ];
    const { status } = await rawRequest(ingress.port, target(), { headers });
    expect(status).toBe(200);
    expect(altur.requests[0]!.headers).toEqual({
      host: altur.origin.slice('http://'.length),
      connection: 'keep-alive',
      accept: expect.any(String),
      'accept-encoding': 'identity',
      authorization: `api-key ${API_KEY}`,
    });
  });

  test('an absolute URL as the target of the request does not change where the recording comes from', async () => {
    const { status } = await rawRequest(ingress.port, `http://evil.example${target()}`);
    expect([200, 404]).toContain(status);
    expect(altur.requests.every(({ url }) => url === '/api/v1.0/call/cll_1/recording')).toBe(true);
  });
});

describe('the answer', () => {
  test('a recording is no page, keeps no secret and is not indexed', async () => {
    const { headers } = await rawRequest(ingress.port, target());
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '1000',
      'cache-control': 'private, max-age=3600, no-transform',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*\bsandbox$/),
    });
    for (const name of ['set-cookie', 'server', 'x-powered-by', 'location'])
      expect(headers.has(name)).toBe(false);
    expect(JSON.stringify([...headers])).not.toContain(API_KEY);
  });

  test.each([
    ['quotes and line breaks', 'a"b; filename=evil.exe', 'altur-call-a_b_filename_evil.exe.wav'],
    ['a path', 'C:\\x/y', 'altur-call-C_x_y.wav'],
    ['letters of other languages', 'ñandú', 'altur-call-_and_.wav'],
    ['a direction mark', 'gpj\u202evaw', 'altur-call-gpj_vaw.wav'],
    ['500 characters', 'x'.repeat(500), `altur-call-${'x'.repeat(80)}.wav`],
  ])('a name with %s is safe', async (_, callId, name) => {
    const disposition = (await rawRequest(ingress.port, target(callId))).headers.get('content-disposition')!;
    const [, plain, full] = /^inline; filename="([\w.-]+)"; filename\*=UTF-8''([\w.%!~-]+)$/.exec(
      disposition,
    )!;
    expect(plain).toBe(name);
    expect(decodeURIComponent(full!)).not.toMatch(/[\p{C}/\\:*?"<>|]/u);
  });

  test('a name keeps the letters of other languages for browsers that read them', async () => {
    const { headers } = await rawRequest(ingress.port, target('ñandú 1'));
    expect(headers.get('content-disposition')).toContain("filename*=UTF-8''altur-call-%C3%B1and%C3%BA_1.wav");
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
    '%s is not allowed',
    async (method) => {
      const answer = await rawRequest(ingress.port, target(), { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(altur.requests).toEqual([]);
    },
  );

  test('a link that has expired is 410, whatever else is asked', async () => {
    const link = target(CALL, Date.now() - 7_200_000);
    for (const headers of [[], ['Range: bytes=0-1']]) {
      const answer = await rawRequest(ingress.port, link, { headers });
      expect(answer.status).toBe(410);
      expect(answer.body).toContain('resync');
    }
    expect(altur.requests).toEqual([]);
    expect(await ingress.count(results('expired_link'))).toBe(2);
  });

  test('robots are told to stay away', async () => {
    const { status, headers, body } = await rawRequest(ingress.port, '/robots.txt');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body).toBe('User-agent: *\nDisallow: /\n');
  });
});

test('neither a link nor the key is in the log', async () => {
  const wrong = target().replace('cll_1', 'cll_9');
  await rawRequest(ingress.port, wrong);
  altur.answer = (_, response) => response.writeHead(401).end(API_KEY);
  await rawRequest(ingress.port, target());
  const text = JSON.stringify(ingress.log.entries);
  expect(text).toContain('RECORDING_LINK_INVALID');
  expect(text).toContain('ALTUR_UNAUTHORIZED');
  expect(text).not.toContain(API_KEY);
  expect(text).not.toContain(new URLSearchParams(target().split('?')[1]).get('s')!);
  expect(text).not.toContain('cll_9');
});
