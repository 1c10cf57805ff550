/** Requests for recordings to an API whose connections end in ways that no answer tells of. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RecordingRequests } from '../../src/recordings/recording-request.ts';
import { API_KEY } from './recording-ingress.ts';
import { startUpstream, type Upstream } from './upstream.ts';

let altur: Upstream;
let requests: RecordingRequests;

beforeEach(async () => {
  altur = await startUpstream((_, response) => response.end('ID3'));
  requests = new RecordingRequests({ apiUrl: altur.origin, apiKey: API_KEY }, 2_000);
});
afterEach(async () => {
  requests.close();
  await altur.close();
});

const get = () => requests.get(new URL(`${altur.origin}/x`), undefined, new AbortController().signal);

test('a kept connection that is reset in the middle of a recording is not asked again', async () => {
  for await (const _ of await get());
  altur.answer = (_, response) => {
    response.writeHead(200, { 'content-length': 1_000 });
    response.write('ID3', () => setTimeout(() => response.socket!.resetAndDestroy(), 50));
  };
  const answer = await get();
  await expect(
    (async () => {
      for await (const _ of answer);
    })(),
  ).rejects.toThrow('aborted');
  // A further request would be there by now.
  await new Promise((next) => setTimeout(next, 200));
  expect(altur.requests.length).toBe(2);
});

test('an answer that switches to another protocol is none, and nobody waits for another one', async () => {
  altur.answer = (_, response) => {
    response.socket!.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  };
  const startedAt = Date.now();
  await expect(get()).rejects.toMatchObject({ code: 'ALTUR_UNAVAILABLE' });
  expect(Date.now() - startedAt).toBeLessThan(1_000);
});
