import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jsonResponse } from './kit/http-message.ts';
import { type ScriptedServer, startScriptedServer } from './kit/scripted-server.ts';

let server: ScriptedServer;
let commits: string[];

beforeEach(async () => {
  commits = [];
  server = await startScriptedServer(({ method, url, body }) => {
    commits.push(body);
    return jsonResponse(200, { method, url });
  });
});

afterEach(() => server.close());

const post = (path = '/things', body = '{"a":1}', signal?: AbortSignal) =>
  fetch(`${server.url}${path}`, { method: 'POST', body, ...(signal && { signal }) });

test('a request is handled and logged with its answer', async () => {
  const response = await post('/things?x=1');
  expect(await response.json()).toEqual({ method: 'POST', url: '/things?x=1' });
  await server.waitFor(([first]) => first?.ended === true);
  expect(server.requests).toEqual([
    expect.objectContaining({
      method: 'POST',
      path: '/things',
      url: '/things?x=1',
      body: { a: 1 },
      bodyBytes: 7,
      status: 200,
    }),
  ]);
});

test('waiting for a request that never comes fails and reports the requests that came', async () => {
  await post('/other');
  const waiting = server.waitFor((requests) => requests.some(({ path }) => path === '/things'), 30);
  await expect(waiting).rejects.toThrow('POST /other 200');
});

describe('faults', () => {
  test('a scripted status replaces the answer and nothing is done', async () => {
    server.fault({ kind: 'status', status: 503, body: { message: 'down' }, headers: { 'Retry-After': '7' } });
    const response = await post();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await response.json()).toEqual({ message: 'down' });
    expect(commits).toEqual([]);
    expect((await post()).status).toBe(200);
  });

  test('a lost answer is lost after the work is done', async () => {
    server.fault({ kind: 'lost' });
    await expect(post()).rejects.toThrow();
    expect(commits).toEqual(['{"a":1}']);
  });

  test('a dropped request is dropped before the work is done', async () => {
    server.fault({ kind: 'drop' });
    await expect(post()).rejects.toThrow();
    expect(commits).toEqual([]);
  });

  test.each([
    ['hang', []],
    ['timeout', ['{"a":1}']],
  ] as const)('a %s never answers', async (kind, done) => {
    server.fault({ kind, path: '/things' });
    const client = new AbortController();
    const answer = post('/things', '{"a":1}', client.signal);
    answer.catch(() => {});
    await server.waitFor(({ length }) => length === 1);
    // What came later is answered, and that one is not.
    expect((await post('/later', 'later')).status).toBe(200);
    expect(server.requests[0]).toMatchObject({ status: undefined, ended: false });
    expect(commits).toEqual([...done, 'later']);
    client.abort();
    await expect(answer).rejects.toThrow(/abort/i);
  });

  test('a delayed answer comes late', async () => {
    server.fault({ kind: 'delay', ms: 60 });
    const start = performance.now();
    await post();
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  test('a gateway answers a page', async () => {
    server.fault({ kind: 'html' });
    const response = await post();
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('<html>')]);
  });

  test('strike by method, path, turn and number of times', async () => {
    const fault = server.fault({
      kind: 'status',
      status: 500,
      method: 'POST',
      path: /batch/,
      nth: 2,
      times: 2,
    });
    const statuses = [];
    for (const path of ['/batch', '/other', '/batch', '/batch', '/batch']) {
      statuses.push((await post(path)).status);
    }
    expect(statuses).toEqual([200, 200, 500, 500, 200]);
    expect(fault.strikes).toBe(2);
  });

  test('go on until they are removed', async () => {
    const fault = server.fault({ kind: 'status', status: 500, times: 'always' });
    expect([(await post()).status, (await post()).status]).toEqual([500, 500]);
    fault.remove();
    expect((await post()).status).toBe(200);
  });

  test('are installed and cleared by another process', async () => {
    await post('/__faults', '[{"kind":"status","status":500,"path":"thing","times":"always"}]');
    expect((await post()).status).toBe(500);
    await fetch(`${server.url}/__faults`, { method: 'DELETE' });
    expect((await post()).status).toBe(200);
    const log = await (await fetch(`${server.url}/__requests?since=1`)).json();
    expect(log).toEqual([expect.objectContaining({ path: '/things', status: 200 })]);
  });
});

describe('a streamed answer', () => {
  let given: number;
  let streaming: ScriptedServer;

  beforeEach(async () => {
    given = 0;
    streaming = await startScriptedServer(({ url }) => ({
      status: 200,
      headers: {},
      async *stream(closed) {
        const pieces = url === '/endless' ? Number.POSITIVE_INFINITY : 3;
        for (; given < pieces && !closed.aborted; given += 1) yield Buffer.alloc(65_536, 'a');
        if (url === '/broken') throw new Error('broken');
      },
    }));
  });
  afterEach(() => streaming.close());

  test('comes whole', async () => {
    expect((await (await fetch(streaming.url)).arrayBuffer()).byteLength).toBe(3 * 65_536);
    expect(streaming.requests).toMatchObject([{ status: 200, headers: { accept: '*/*' } }]);
  });

  test('has no body for HEAD', async () => {
    const response = await fetch(streaming.url, { method: 'HEAD' });
    expect([response.status, await response.text(), given]).toEqual([200, '', 0]);
  });

  test('breaks the connection when it fails', async () => {
    const response = await fetch(`${streaming.url}/broken`);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  test('is made as fast as it is taken, and ends with the connection', async () => {
    const client = new AbortController();
    const response = await fetch(`${streaming.url}/endless`, { signal: client.signal });
    expect(response.status).toBe(200);
    client.abort();
    await streaming.waitFor(([request]) => request?.ended === true);
    expect(given).toBeLessThan(1_000);
  });
});

test('closing breaks the connections that hang', async () => {
  const other = await startScriptedServer(() => jsonResponse(200, {}));
  other.fault({ kind: 'hang' });
  const hanging = fetch(other.url);
  hanging.catch(() => {});
  await other.waitFor(({ length }) => length === 1);
  await other.close();
  await expect(hanging).rejects.toThrow();
});

test('every answer takes the latency', async () => {
  const slow = await startScriptedServer(() => jsonResponse(200, {}), { latencyMs: () => 40 });
  const start = performance.now();
  await fetch(slow.url);
  expect(performance.now() - start).toBeGreaterThanOrEqual(35);
  await slow.close();
});
