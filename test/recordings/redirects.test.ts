/** Redirects: the key stays with Altur, and nobody is led into a network. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { networkOf } from '../../src/recordings/network.ts';
import { RecordingRequests, targetOf } from '../../src/recordings/recording-request.ts';
import { API_KEY, type RecordingIngress, startRecordings } from './recording-ingress.ts';
import { serveFile, startUpstream, type Upstream } from './upstream.ts';

const BYTES = Buffer.alloc(5_000, 'OggS', 'latin1');

let altur: Upstream;
let storage: Upstream;
let ingress: RecordingIngress;

beforeEach(async () => {
  storage = await startUpstream(serveFile({ bytes: BYTES, ranges: true }));
  altur = await startUpstream(redirect(() => `${storage.origin}/bucket/1?X-Amz-Signature=abc`));
  ingress = await startRecordings(altur.origin);
});
afterEach(async () => {
  await ingress.close();
  await altur.close();
  await storage.close();
});

function redirect(location: () => string | undefined, status = 302): Upstream['answer'] {
  return (_, response) => {
    const target = location();
    response.writeHead(status, target === undefined ? {} : { location: target }).end('<html>moved</html>');
  };
}

const get = (headers: Record<string, string> = {}) => fetch(ingress.linkTo('cll_1'), { headers });
const codes = () => ingress.log.entries.map(({ fields }) => (fields as { code?: string }).code);

test.each([301, 302, 303, 307, 308])('%i to another origin is followed without the key', async (status) => {
  altur.answer = redirect(() => `${storage.origin}/bucket/1`, status);
  const response = await get({ range: 'bytes=10-19' });
  expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 10-19/5000']);
  expect(Buffer.from(await response.arrayBuffer()).equals(BYTES.subarray(10, 20))).toBe(true);
  expect(altur.requests[0]!.headers.authorization).toBe(`api-key ${API_KEY}`);
  expect(JSON.stringify(storage.requests)).not.toContain(API_KEY);
  expect(storage.requests[0]!.headers).not.toHaveProperty('authorization');
});

test('another port, a name for the same machine and a name that begins alike are other origins', async () => {
  for (const host of ['localhost', '127.0.0.1']) {
    altur.answer = redirect(() => `http://${host}:${storage.port}/x`);
    expect((await get()).status).toBe(200);
  }
  altur.answer = redirect(() => `http://localhost:${altur.port}/x`);
  await get();
  const others = [...storage.requests, ...altur.requests.filter(({ url }) => url === '/x')];
  expect(others.length).toBeGreaterThan(3);
  for (const { headers } of others) expect(headers).not.toHaveProperty('authorization');
});

test('within Altur’s origin the key goes along, relative addresses too', async () => {
  altur.answer = (request, response) => {
    if (request.url === '/files/1.ogg') serveFile({ bytes: BYTES })(request, response);
    else redirect(() => '/files/1.ogg')(request, response);
  };
  expect((await get()).status).toBe(200);
  expect(altur.requests.map(({ headers }) => headers.authorization)).toEqual(
    Array(2).fill(`api-key ${API_KEY}`),
  );
});

test('back at Altur from another origin, nothing is asked with the key', async () => {
  altur.answer = (request, response) => {
    if (request.url === '/api/v1.0/export') serveFile({ bytes: BYTES })(request, response);
    else redirect(() => `${storage.origin}/x`)(request, response);
  };
  storage.answer = redirect(() => `${altur.origin}/api/v1.0/export`);
  await get();
  expect(altur.requests.map(({ url }) => url)).toEqual([expect.any(String), '/api/v1.0/export']);
  expect(altur.requests[1]!.headers).not.toHaveProperty('authorization');
});

test('five redirects are followed, a sixth is not', async () => {
  let left = 5;
  altur.answer = (request, response) => {
    left -= 1;
    if (left < 0) serveFile({ bytes: BYTES })(request, response);
    else redirect(() => '/again')(request, response);
  };
  expect((await get()).status).toBe(200);
  left = 6;
  expect((await get()).status).toBe(502);
  expect(codes()).toContain('RECORDING_REDIRECT_REFUSED');
});

test.each([
  ['nowhere', undefined],
  ['an address that is none', 'http://['],
  ['a file', 'file:///etc/passwd'],
  ['a script', 'javascript:alert(1)'],
  ['data', 'data:audio/wav;base64,UklGRg=='],
  ['ftp', 'ftp://127.0.0.1/x'],
  ['an address with a password', 'http://user:password@127.0.0.1/x'],
  ['the metadata of a cloud’s machine', 'http://169.254.169.254/latest/meta-data/'],
  ['the same as one number', 'http://2852039166/latest/meta-data/'],
  ['the same as IPv6', 'http://[::ffff:169.254.169.254]/latest/meta-data/'],
  ['a private address', 'http://10.0.0.1/'],
  ['a private address of IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
  ['a link-local address', 'http://[fe80::1]/'],
  ['this machine as 0', 'http://0/'],
  ['broadcast', 'http://255.255.255.255/'],
])('a redirect to %s is not followed: 502, with a code', async (_, location) => {
  altur.answer = redirect(() => location);
  const response = await get();
  expect(response.status).toBe(502);
  expect(response.headers.has('location')).toBe(false);
  expect(codes()).toEqual(['RECORDING_REDIRECT_REFUSED']);
  expect(storage.requests).toEqual([]);
});

describe('an API that is not on this machine', () => {
  test.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '127.1'])(
    'a redirect to %s is not followed',
    async (host) => {
      const requests = new RecordingRequests({ apiUrl: 'http://192.0.2.1', apiKey: API_KEY }, 5_000);
      try {
        // As if the API had redirected there.
        const start = new URL(`http://${host}:${storage.port}/`);
        await expect(requests.get(start, undefined, new AbortController().signal)).rejects.toMatchObject({
          code: 'RECORDING_REDIRECT_REFUSED',
        });
        expect(storage.requests).toEqual([]);
      } finally {
        requests.close();
      }
    },
  );

  test('http does not follow https', () => {
    expect(() => targetOf('http://example.com/', new URL('https://api.altur.io/'))).toThrow(
      'from https to http',
    );
    expect(targetOf('https://example.com/', new URL('https://api.altur.io/')).href).toBe(
      'https://example.com/',
    );
    expect(targetOf('//example.com/', new URL('https://api.altur.io/')).protocol).toBe('https:');
  });
});

test.each([
  ['8.8.8.8', 'public'],
  ['172.32.0.1', 'public'],
  ['2606:4700::1', 'public'],
  ['127.8.9.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['172.31.255.255', 'private'],
  ['fd12::1', 'private'],
  ['169.254.169.254', 'reserved'],
  ['100.100.100.200', 'reserved'],
  ['0.0.0.0', 'reserved'],
  ['::', 'reserved'],
  ['64:ff9b::7f00:1', 'reserved'],
  ['2002:7f00:1::', 'reserved'],
  ['fe80::1', 'reserved'],
])('%s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
