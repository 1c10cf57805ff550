/** Headers: content types, encodings, lengths that conflict, and what one server reads otherwise than the next. */
import { gzipSync } from 'node:zlib';
import { chunked, type RawRequest, rawRequest } from '../raw-http.ts';
import { accepted, eventOf, MIB, NOT_JSON, nextId, type Row, refused, TOO_LARGE, UNSIGNED } from './row.ts';

const OTHER_TYPE = 'the content type must be application/json';
const COMPRESSED = 'send the body as plain JSON, not compressed';

const header = (name: string, value: string | null): RawRequest => ({ headers: { [name]: value } });
/** Signed for the body as it is without its chunks. */
const transfer = (encoding: string, wire: string, body = eventOf('cll_hostile_none')): RawRequest => ({
  headers: {
    'Content-Length': null,
    'Transfer-Encoding': encoding,
    'X-Altur-Signature': signatureOf(body),
  },
  body: wire,
});

function signatureOf(body: string): string {
  return /X-Altur-Signature: (\S+)/.exec(rawRequest({ body }).toString('latin1'))![1]!;
}

function chunkedRow(name: string, wireOf: (body: string) => string, encoding = 'chunked'): Row {
  const id = nextId();
  const body = eventOf(id);
  return accepted(name, transfer(encoding, wireOf(body), body), id);
}

const plain = eventOf('cll_hostile_none');
const request = rawRequest({ body: plain });
const pieces = (size: number, id: string): Buffer[] => {
  const bytes = rawRequest({ body: eventOf(id) });
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
};
const slow = (name: string, size: number): Row => {
  const id = nextId();
  return { name, bytes: pieces(size, id), statuses: [200], stored: id };
};

export const HEADS: readonly Row[] = [
  ...[
    ['no content type', null],
    ['an empty content type', ''],
    ['text', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['several parts', 'multipart/form-data; boundary=x'],
    ['JSON with a suffix', 'application/jsonx'],
    ['another JSON', 'application/vnd.api+json'],
    ['two types', 'application/json, text/plain'],
    ['XML', 'application/xml'],
  ].map(([name, type]) => refused(name!, header('Content-Type', type!), 415, OTHER_TYPE)),
  accepted('a charset', header('Content-Type', 'application/json; charset=utf-8')),
  accepted('capitals in the type', header('Content-Type', 'Application/JSON;charset=x')),
  ...['gzip', 'deflate', 'br', 'zstd', 'x'].map((encoding) =>
    refused(`the encoding ${encoding}`, header('Content-Encoding', encoding), 415, COMPRESSED),
  ),
  refused(
    'a gzip bomb',
    { body: gzipSync(Buffer.alloc(50 * MIB)), headers: { 'Content-Encoding': 'gzip' } },
    415,
    COMPRESSED,
  ),
  refused('gzip, not said', { body: gzipSync(plain) }, 400, NOT_JSON),
  refused('a header of 60 kB', header('X-Large', 'a'.repeat(60_000)), 431),
  refused(
    '3,000 headers',
    { headers: Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`X-${n}`, 'a'])) },
    431,
  ),
  refused('no host', header('Host', null), 400),
  // No host decides anything of a webhook; Node takes the first.
  accepted('two hosts', header('Host', 'here\r\nHost: elsewhere')),
  refused('a header without a colon', header('X-A', 'a\r\nno colon here'), 400),
  refused('a header that goes on in the next line', header('X-A', 'a\r\n b'), 400),
  refused('NUL in a header', header('X-A', 'a\0b'), 400),
  refused('a bare line feed in a header', header('X-A', 'a\nX-B: b'), 400),
  refused('a blank before the colon', header('X-A ', 'a'), 400),
  refused('a tab before the colon of the length', header('Content-Length\t', '41'), 400),
  accepted('Upgrade', { headers: { Upgrade: 'h2c', Connection: 'close, Upgrade' } }),
  accepted('addresses of proxies', {
    headers: { 'X-Forwarded-For': `${'1.1.1.1, '.repeat(500)}x`, 'X-Forwarded-Proto': 'gopher' },
  }),
  accepted('a trace that is none', header('traceparent', '00-zz-../../-01')),

  ...[
    ['negative', '-1'],
    ['hexadecimal', '0x29'],
    ['1e20', '1e20'],
    ['of 25 digits', '9'.repeat(25)],
    ['with a plus', '+41'],
    ['a list', '41, 42'],
    ['given twice, with two values', '41\r\nContent-Length: 42'],
    ['empty', ''],
  ].map(([name, length]) => refused(`a length that is ${name}`, header('Content-Length', length!), 400)),
  refused('a length and chunks', header('Transfer-Encoding', 'chunked'), 400),
  refused('a length and chunks, in another writing', header('tRANSFER-eNCODING', ' chunked'), 400),
  ...['xchunked', 'chunked, identity', 'chunked;q=1', 'gzip', '\x0bchunked'].map((encoding) =>
    refused(`the transfer encoding ${JSON.stringify(encoding)}`, transfer(encoding, chunked(plain)), 400),
  ),
  {
    name: 'a length of 2 GB, and nothing that comes',
    bytes: rawRequest({ body: plain, headers: { 'Content-Length': '2147483648' } }),
    statuses: [400],
    ends: true,
  },
  {
    name: 'a length that is too short, and the rest as a request',
    bytes: rawRequest({ body: plain, headers: { Connection: 'keep-alive', 'Content-Length': '10' } }),
    statuses: [400],
  },
  {
    name: 'a length that is too long',
    bytes: rawRequest({ body: plain, headers: { 'Content-Length': '5000' } }),
    statuses: [400],
    ends: true,
  },
  {
    name: 'a body that ends after a byte',
    bytes: request.subarray(0, request.indexOf('\r\n\r\n') + 5),
    statuses: [400],
    ends: true,
  },
  { name: 'a head that ends', bytes: request.subarray(0, 60), statuses: [400], ends: true },
  refused('no length', header('Content-Length', null), 401, UNSIGNED),

  chunkedRow('chunks of a byte', (body) => chunked(...body)),
  chunkedRow(
    'chunks with another signature as a trailer',
    (body) => `${chunked(body).slice(0, -2)}X-Altur-Signature: 0\r\n\r\n`,
  ),
  chunkedRow('chunks with an extension', (body) => chunked(body).replace('\r\n', ';a=b\r\n')),
  refused('a chunk with garbage for a size', transfer('chunked', `zz\r\n${plain}\r\n0\r\n\r\n`), 400),
  refused('a chunk of a negative size', transfer('chunked', `-1\r\n${plain}\r\n0\r\n\r\n`), 400),
  refused('a chunk of 2^64 bytes', transfer('chunked', `ffffffffffffffffff\r\n${plain}\r\n0\r\n\r\n`), 400),
  refused('a chunk that is longer than it says', transfer('chunked', `5\r\n${plain}\r\n0\r\n\r\n`), 400),
  refused(
    'chunks of more than a mebibyte',
    transfer('chunked', chunked('a'.repeat(MIB), 'a')),
    413,
    TOO_LARGE,
  ),
  refused(
    'a chunk with an extension of 100 kB',
    transfer('chunked', chunked(plain).replace('\r\n', `;${'a'.repeat(100_000)}\r\n`)),
    413,
  ),

  slow('pieces of 100 bytes', 100),
  slow('pieces of 7 bytes', 7),
  accepted('a long User-Agent', header('User-Agent', 'x'.repeat(8_000))),
  {
    name: 'twenty requests in one packet',
    bytes: Buffer.concat(
      Array.from({ length: 20 }, (_, at) =>
        rawRequest({ body: '{}', headers: { Connection: at === 19 ? 'close' : 'keep-alive' } }),
      ),
    ),
    statuses: Array.from({ length: 20 }, () => 400),
  },
  {
    name: 'a smuggled request in a body',
    bytes: rawRequest({ body: `x${request.toString('latin1')}` }),
    statuses: [400],
    error: NOT_JSON,
  },
  (() => {
    const id = nextId();
    const expecting = rawRequest({ body: eventOf(id), headers: { Expect: '100-continue' } });
    return { name: 'expects 100-continue', bytes: expecting, statuses: [100, 200], stored: id };
  })(),
  refused('expects something else', header('Expect', '200-maybe'), 417),
];
