/** Whole recordings and parts of them, whatever Altur's API can do. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RecordingIngress, startRecordings } from './recording-ingress.ts';
import { type ServedFile, serveFile, startUpstream, type Upstream } from './upstream.ts';

let altur: Upstream;
let ingress: RecordingIngress;
let calls = 0;

beforeAll(async () => {
  altur = await startUpstream();
  ingress = await startRecordings(altur.origin);
});
afterAll(async () => {
  await ingress.close();
  await altur.close();
});

const noise = (length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 251));
const file = (start: string, length = 200_000) => {
  const bytes = noise(length);
  Buffer.from(start, 'latin1').copy(bytes);
  return bytes;
};
const FORMATS: Readonly<Record<string, { bytes: Buffer; type: string; extension: string }>> = {
  'mp3 with ID3': { bytes: file('ID3\x04\0\0\0\0\0\0'), type: 'audio/mpeg', extension: 'mp3' },
  'mp3 without': { bytes: file('\xff\xfb\x90\x64'), type: 'audio/mpeg', extension: 'mp3' },
  'mp3 of MPEG 2': { bytes: file('\xff\xf3\x40\xc4'), type: 'audio/mpeg', extension: 'mp3' },
  wav: { bytes: file('RIFF\x24\x0d\x03\0WAVEfmt '), type: 'audio/wav', extension: 'wav' },
  ogg: { bytes: file('OggS\0\x02'), type: 'audio/ogg', extension: 'ogg' },
  mp4: { bytes: file('\0\0\0\x20ftypM4A '), type: 'audio/mp4', extension: 'm4a' },
  flac: { bytes: file('fLaC\0'), type: 'audio/flac', extension: 'flac' },
  webm: { bytes: file('\x1a\x45\xdf\xa3'), type: 'audio/webm', extension: 'webm' },
  'something else': { bytes: file('#!AMR\n'), type: 'application/octet-stream', extension: 'bin' },
};

/** A call of its own, so that nothing is remembered of it. */
function serve(served: ServedFile): string {
  altur.answer = serveFile(served);
  calls += 1;
  return ingress.linkTo(`cll_${calls}`);
}

async function get(link: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(link, { headers, method });
  return { response, status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

/** `toEqual` on large buffers is slow. */
const same = (one: Buffer, other: Buffer) => one.equals(other);

describe.each(Object.entries(FORMATS))('%s', (_, { bytes, type, extension }) => {
  test.each([
    ['with ranges', { ranges: true }],
    ['without ranges', {}],
    ['chunked', { chunked: true }],
    ['chunked with ranges', { chunked: true, ranges: true }],
  ])('%s: whole and in parts, of the right kind by its content', async (__, served) => {
    const link = serve({ bytes, headers: { 'content-type': 'application/octet-stream' }, ...served });
    const middle = await get(link, { range: 'bytes=100000-100999' });
    expect(middle.status).toBe(206);
    expect(middle.response.headers.get('content-range')).toBe('bytes 100000-100999/200000');
    expect(middle.response.headers.get('content-length')).toBe('1000');
    expect(middle.response.headers.get('content-type')).toBe(type);
    expect(same(middle.body, bytes.subarray(100_000, 101_000))).toBe(true);
    const whole = await get(link);
    expect(whole.status).toBe(200);
    expect(whole.response.headers.get('content-type')).toBe(type);
    expect(whole.response.headers.get('accept-ranges')).toBe('bytes');
    expect(whole.response.headers.get('content-disposition')).toContain(
      `filename="altur-call-cll_${calls}.${extension}"`,
    );
    expect(same(whole.body, bytes)).toBe(true);
  });
});

const WAV = FORMATS.wav!.bytes;
const [FIRST, LAST, TOTAL] = [0, 199_999, 200_000];

describe.each([
  ['with ranges', { ranges: true }],
  ['without ranges', {}],
  ['chunked', { chunked: true }],
])('%s', (_, served) => {
  test.each([
    ['bytes=0-', FIRST, LAST],
    ['bytes=0-0', 0, 0],
    ['bytes=65536-', 65_536, LAST],
    ['bytes=199999-', LAST, LAST],
    ['bytes=-1', LAST, LAST],
    ['bytes=-500', 199_500, LAST],
    ['bytes=-999999999', FIRST, LAST],
    ['bytes=5-99999999999999999999', 5, LAST],
    ['BYTES=1-2', 1, 2],
    ['bytes= 1-2 ', 1, 2],
  ])('%s is that part', async (range, first, last) => {
    const link = serve({ bytes: WAV, headers: { 'content-type': 'audio/x-wav' }, ...served });
    const { status, response, body } = await get(link, { range });
    expect(status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/${TOTAL}`);
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(same(body, WAV.subarray(first, last + 1))).toBe(true);
  });

  test.each(['bytes=200000-', 'bytes=999999999999999999999-', 'bytes=-0', 'bytes=200000-200001'])(
    '%s is no part of it: 416 that says how long it is',
    async (range) => {
      const link = serve({ bytes: WAV, ...served });
      const { status, response, body } = await get(link, { range });
      expect(status).toBe(416);
      expect(response.headers.get('content-range')).toBe('bytes */200000');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(body.length).toBe(0);
    },
  );

  test.each([
    ...['bytes=0-1,5-6', 'bytes=', 'bytes=-', 'bytes=5-1', 'bytes=a-b', 'bytes=1-2-3', 'bytes=0x1-2'],
    ...['items=0-1', '0-1', 'bytes 0-1', 'bytes=1.5-2', 'bytes=+1-2', `bytes=${'0-0,'.repeat(1_000)}0-0`],
    `bytes=${'9'.repeat(500)}-`,
  ])('%s is no range: the whole', async (range) => {
    const link = serve({ bytes: WAV, ...served });
    const { status, body } = await get(link, { range });
    expect(status).toBe(200);
    expect(same(body, WAV)).toBe(true);
  });

  test('HEAD answers the headers of the whole, with a range too', async () => {
    const link = serve({ bytes: WAV, ...served });
    // A recording that is not chunked says how long it is; one that is was not read yet.
    const length = 'chunked' in served ? null : '200000';
    for (const headers of [{}, { range: 'bytes=0-9' }]) {
      const { status, response, body } = await get(link, headers, 'HEAD');
      expect([status, body.length]).toEqual([200, 0]);
      expect(response.headers.get('content-length')).toBe(length);
      expect(response.headers.get('content-type')).toBe('audio/wav');
    }
  });

  const etag = '"v1"';
  const lastModified = 'Thu, 26 Nov 2026 12:00:00 GMT';
  test.each([
    [etag, 206],
    [lastModified, 206],
    ['"v2"', 200],
    ['W/"v1"', 200],
    ['Thu, 26 Nov 2026 12:00:01 GMT', 200],
  ])('If-Range: %s answers %i', async (ifRange, expected) => {
    const headers = { etag, 'last-modified': lastModified };
    const link = serve({ bytes: WAV, headers, ...served });
    const { status, response, body } = await get(link, { range: 'bytes=10-19', 'if-range': ifRange });
    expect(status).toBe(expected);
    expect(same(body, expected === 206 ? WAV.subarray(10, 20) : WAV)).toBe(true);
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('last-modified')).toBe(lastModified);
  });
});

describe('an API whose ranges are wrong', () => {
  const answerPart = (contentRange: string, part: Buffer, headers: Record<string, string> = {}) => {
    const whole = serveFile({ bytes: WAV });
    altur.answer = (request, response) => {
      if (request.headers.range === undefined) return whole(request, response);
      response.writeHead(206, { 'content-range': contentRange, 'content-type': 'audio/wav', ...headers });
      response.end(part);
    };
    calls += 1;
    return ingress.linkTo(`cll_${calls}`);
  };
  test.each([
    ['another part', 'bytes 0-9/200000', WAV.subarray(0, 10)],
    ['more than was asked for', 'bytes 10-30/200000', WAV.subarray(10, 31)],
    ['no Content-Range that can be read', 'bytes 10-19', WAV.subarray(10, 20)],
    ['no total', 'bytes 10-19/*', WAV.subarray(10, 20)],
    ['an impossible total', 'bytes 10-19/15', WAV.subarray(10, 20)],
    ['several parts', '', Buffer.from('--x')],
  ])('%s: the part is taken from the whole', async (_, contentRange, part) => {
    const { status, response, body } = await get(answerPart(contentRange, part), { range: 'bytes=10-19' });
    expect(status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 10-19/200000');
    expect(same(body, WAV.subarray(10, 20))).toBe(true);
  });

  test('Content-Length that does not fit the part: likewise', async () => {
    const link = answerPart('bytes 10-19/200000', WAV.subarray(10, 15), { 'content-length': '5' });
    const { status, body } = await get(link, { range: 'bytes=10-19' });
    expect([status, same(body, WAV.subarray(10, 20))]).toEqual([206, true]);
  });

  test('a part that ends early is a broken connection, not a short part', async () => {
    await expect(
      get(answerPart('bytes 10-19/200000', WAV.subarray(10, 15)), { range: 'bytes=10-19' }),
    ).rejects.toThrow();
  });

  test('416 for a part that exists: it is taken from the whole', async () => {
    const whole = serveFile({ bytes: WAV });
    altur.answer = (request, response) => {
      if (request.headers.range === undefined) return whole(request, response);
      response.writeHead(416).end();
    };
    calls += 1;
    const { status, body } = await get(ingress.linkTo(`cll_${calls}`), { range: 'bytes=10-19' });
    expect([status, same(body, WAV.subarray(10, 20))]).toEqual([206, true]);
  });
});

test('bytes are counted once for all parts of a recording that does not say how long it is', async () => {
  const link = serve({ bytes: WAV, chunked: true });
  const before = altur.requests.length;
  for (const range of ['bytes=0-', 'bytes=10-20', 'bytes=-5']) {
    expect((await get(link, { range })).status).toBe(206);
  }
  // Asked, counted, read; then one request each.
  expect(altur.requests.length - before).toBe(4);
});

test('where every answer is another version of unknown length, the whole is answered', async () => {
  let version = 0;
  const link = serve({ bytes: WAV, chunked: true });
  altur.answer = (request, response) => {
    version += 1;
    serveFile({ bytes: WAV, chunked: true, headers: { etag: `"${version}"` } })(request, response);
  };
  const { status, body } = await get(link, { range: 'bytes=5-' });
  expect([status, same(body, WAV)]).toEqual([200, true]);
});

test('a recording without a version that has grown is cut off once at most', async () => {
  const link = serve({ bytes: WAV, chunked: true });
  expect((await get(link, { range: 'bytes=0-9' })).status).toBe(206);
  const grown = Buffer.concat([WAV, WAV]);
  altur.answer = serveFile({ bytes: grown, chunked: true });
  await get(link);
  expect(same((await get(link)).body, grown)).toBe(true);
});

test('what cannot be counted in time is answered whole, and says that there are no parts', async () => {
  const hasty = await startRecordings(altur.origin, { countMs: -1 });
  try {
    altur.answer = serveFile({ bytes: WAV, chunked: true });
    const { status, response, body } = await get(hasty.linkTo('cll_long'), { range: 'bytes=5-' });
    expect([status, same(body, WAV)]).toEqual([200, true]);
    expect(response.headers.get('accept-ranges')).toBe('none');
  } finally {
    await hasty.close();
  }
});

test('the same connection to the API serves one recording after the other', async () => {
  const ports = new Set<number>();
  const link = serve({ bytes: WAV });
  const { answer } = altur;
  altur.answer = (request, response) => {
    ports.add(request.socket.remotePort!);
    answer(request, response);
  };
  for (let index = 0; index < 5; index += 1) await get(link);
  expect(ports.size).toBe(1);
});
