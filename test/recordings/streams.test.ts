/** Recordings on their way: slow and leaving listeners, an API that breaks off, limits, and the end of the process. */
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../e2e/service-process.ts';
import {
  type RecordingIngress,
  type RecordingIngressOptions,
  results,
  startRecordings,
} from './recording-ingress.ts';
import { type Answer, serveFile, startUpstream, type Upstream } from './upstream.ts';

const MIB = 1_048_576;

let altur: Upstream;
let ingress: RecordingIngress;
const sockets: Socket[] = [];

beforeEach(async () => {
  altur = await startUpstream();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await ingress.close();
  await altur.close();
});

async function start(options?: RecordingIngressOptions): Promise<void> {
  ingress = await startRecordings(altur.origin, options);
}

/** Listens and reads nothing. */
async function listen(callId = 'cll_1', headerLines = ''): Promise<Socket> {
  const socket = connect(ingress.port, '127.0.0.1').pause();
  socket.on('error', () => {});
  sockets.push(socket);
  const path = ingress.linkTo(callId).slice(ingress.url.length);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n${headerLines}\r\n`);
  return socket;
}

/** Resolves with the headers. */
function open(callId = 'cll_1', headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(ingress.linkTo(callId), { headers, agent: false }, resolve).on('error', reject);
  });
}

const headers = { 'content-type': 'audio/mpeg' };

/** Sends as fast as it is taken; `sent` counts what the operating system has taken. */
function endless(length: number, sent: { bytes: number }): Answer {
  const chunk = Buffer.alloc(65_536, 1);
  return (_, response) => {
    response.writeHead(200, { ...headers, 'content-length': length });
    let left = length;
    const next = () => {
      if (left <= 0) return void response.end();
      const part = chunk.subarray(0, Math.min(chunk.length, left));
      left -= part.length;
      response.write(part, (error) => {
        if (error) return;
        sent.bytes += part.length;
        next();
      });
    };
    next();
  };
}

/** Sends `bytes` of what it has promised, then does as it is told. */
function partial(bytes: number, then: (socket: Socket) => void, promised = 1_000_000): Answer {
  return (request, response) => {
    response.writeHead(200, { ...headers, ...(promised > 0 && { 'content-length': promised }) });
    response.write(Buffer.alloc(bytes, 1), () => then(request.socket));
  };
}

test('a listener who leaves while Altur’s headers are waited for ends the request to Altur', async () => {
  await start();
  altur.answer = () => {};
  const socket = await listen();
  await until(() => altur.requests.length === 1, 'Altur was asked');
  expect(await ingress.count('altur_recording_streams')).toBe(1);
  socket.destroy();
  await until(() => altur.requests[0]!.aborted, 'Altur saw the end');
  await until(async () => (await ingress.count(results('left'))) === 1, 'it was counted');
  expect(await ingress.count('altur_recording_streams')).toBe(0);
  expect(ingress.log.entries).toEqual([]);
});

test('a listener who leaves in the middle ends the request to Altur', async () => {
  await start();
  altur.answer = endless(512 * MIB, { bytes: 0 });
  const response = await open();
  await once(response, 'data');
  response.destroy();
  await until(() => altur.requests[0]!.aborted, 'Altur saw the end');
  await until(async () => (await ingress.count(results('left'))) === 1, 'it was counted');
});

test('a listener who leaves while bytes are counted ends the request to Altur', async () => {
  await start();
  altur.answer = partial(1_000, () => {}, 0);
  const socket = await listen('cll_1', 'Range: bytes=5-\r\n');
  await until(() => altur.requests.length === 1, 'Altur was asked');
  socket.destroy();
  await until(() => altur.requests[0]!.aborted, 'Altur saw the end');
  await until(async () => (await ingress.count(results('left'))) === 1, 'it was counted');
});

test('50 listeners who read nothing make Altur send no more than fits into the buffers of their connections', async () => {
  await start();
  const sent = { bytes: 0 };
  altur.answer = endless(64 * MIB, sent);
  const before = process.memoryUsage().arrayBuffers;
  await Promise.all(Array.from({ length: 50 }, () => listen()));
  await until(() => altur.requests.length === 50, 'all were asked for');
  let last = -1;
  await until(async () => {
    const still = sent.bytes === last && sent.bytes > 0;
    last = sent.bytes;
    await new Promise((next) => setTimeout(next, 200));
    return still;
  }, 'nothing more was sent');
  // 3.2 GB in all: what is sent is held by the operating system, on both sides of the ingress.
  expect(sent.bytes / 50).toBeLessThan(16 * MIB);
  // A chunk of 64 KB each, in the ingress and in what sends.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MIB);
  expect((await fetch(`${ingress.url}/healthz`)).status).toBe(200);
});

test('a listener who takes nothing for too long is cut off, and Altur too', async () => {
  await start({ stalledMs: 300 });
  altur.answer = endless(512 * MIB, { bytes: 0 });
  const socket = await listen();
  await until(() => altur.requests[0]?.aborted === true, 'Altur saw the end');
  await until(async () => (await ingress.count(results('stalled'))) === 1, 'it was counted');
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
});

test('a listener who reads slowly gets all of it', async () => {
  await start({ stalledMs: 2_000 });
  altur.answer = endless(24 * MIB, { bytes: 0 });
  const response = await open();
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes % 7 === 0) await new Promise((next) => setTimeout(next, 1));
  }
  expect(bytes).toBe(24 * MIB);
  expect(await ingress.count(results('whole'))).toBe(1);
  expect(await ingress.count('altur_recording_bytes_total')).toBe(24 * MIB);
});

test('an API that breaks off breaks the listener’s connection too', async () => {
  await start();
  for (const promised of [1_000_000, 0]) {
    altur.answer = partial(100_000, (socket) => socket.destroy(), promised);
    const response = await open();
    await expect(
      (async () => {
        for await (const _ of response);
      })(),
    ).rejects.toThrow('aborted');
  }
  expect(await ingress.count(results('broken'))).toBe(2);
  expect(ingress.log.entries.map(({ fields }) => (fields as { code: string }).code)).toEqual([
    'RECORDING_BROKEN',
  ]);
});

test('where only the end of the connection tells the end, it is reset', async () => {
  await start();
  let altursSocket: Socket | undefined;
  altur.answer = partial(100_000, (socket) => (altursSocket = socket), 0);
  const socket = connect(ingress.port, '127.0.0.1');
  const ended = new Promise((resolve) => {
    socket.on('end', () => resolve('end'));
    socket.on('error', ({ message }) => resolve(message));
  });
  const path = ingress.linkTo('cll_1').slice(ingress.url.length);
  socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  let bytes = 0;
  socket.on('data', (data) => {
    bytes += data.length;
  });
  await until(() => bytes > 100_000 && altursSocket !== undefined, 'all was read');
  altursSocket!.destroy();
  expect(await ended).toBe('read ECONNRESET');
});

test('an API that stops sending is given up, while a listener who reads slowly is not blamed for it', async () => {
  await start({ idleMs: 300 });
  const expectGivenUp = async () => {
    altur.answer = partial(1_000, () => {});
    const response = await open();
    await expect(
      (async () => {
        for await (const _ of response);
      })(),
    ).rejects.toThrow('aborted');
    await until(() => altur.requests.at(-1)!.aborted, 'Altur saw the end');
  };
  await expectGivenUp();
  const sent = { bytes: 0 };
  altur.answer = endless(32 * MIB, sent);
  const slow = await open();
  // Until nothing has moved for as long as a silent API is waited for.
  for (let before = -1; before !== sent.bytes; ) {
    before = sent.bytes;
    await expectGivenUp();
  }
  let bytes = 0;
  for await (const chunk of slow) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(32 * MIB);
});

test('one more than are streamed at once is told to try again, HEAD and waiting ones count', async () => {
  await start({ maxStreams: 2 });
  altur.answer = () => {};
  const first = await listen('cll_1');
  await listen('cll_2');
  await until(() => altur.requests.length === 2, 'two are waiting');
  const refused = await fetch(ingress.linkTo('cll_3'), { method: 'HEAD' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
  expect(altur.requests.length).toBe(2);
  // A wrong link is refused as ever.
  expect((await fetch(`${ingress.url}/recordings/cll_1`)).status).toBe(404);
  first.destroy();
  await until(async () => (await ingress.count('altur_recording_streams')) === 1, 'one has left');
  altur.answer = serveFile({ bytes: Buffer.from('ID3') });
  expect((await fetch(ingress.linkTo('cll_3'))).status).toBe(200);
});

test('the ingress stops within seconds although somebody listens, and lets go of Altur', async () => {
  await start();
  altur.answer = endless(512 * MIB, { bytes: 0 });
  await listen();
  await until(() => altur.requests.length === 1, 'Altur was asked');
  const startedAt = Date.now();
  await ingress.close();
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  await until(() => altur.requests[0]!.aborted, 'Altur saw the end');
  await start();
});

test('a connection that the API has closed in the meantime costs nobody a recording', async () => {
  await start();
  const answer = serveFile({ bytes: Buffer.from('ID3 and so on') });
  altur.answer = answer;
  expect((await fetch(ingress.linkTo('cll_1'))).status).toBe(200);
  // The next request on the kept connection is answered by closing it.
  altur.answer = (request) => {
    altur.answer = answer;
    request.socket.destroy();
  };
  expect((await fetch(ingress.linkTo('cll_1'))).status).toBe(200);
});
