import { afterEach, expect, test } from '@jest/globals';
import {
  OwnPace,
  type Quota,
  type RequestObserver,
  type RequestPace,
} from '../../../connectors/connector.ts';
import { HubSpotTransport } from '../../../connectors/hubspot/transport.ts';
import { startHubSpot } from '../../simulators/hubspot/hubspot.ts';
import { jsonResponse } from '../../simulators/kit/http-message.ts';
import { type ScriptedServer, startScriptedServer } from '../../simulators/kit/scripted-server.ts';

let server: ScriptedServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(timeoutMs?: number) {
  server = await startScriptedServer(() => jsonResponse(200, { results: [] }));
  return { server, transport: new HubSpotTransport('token', `${server.url}/`, 'UTC', timeoutMs) };
}

/** How long so many requests take together, ms: never less than their turns, however busy the machine is. */
async function timed(transports: readonly HubSpotTransport[], each: number, path: string): Promise<number> {
  const startedAt = performance.now();
  const request = path.endsWith('/search')
    ? ({ method: 'POST', path, body: {} } as const)
    : ({ method: 'GET', path } as const);
  await Promise.all(
    transports.flatMap((transport) => Array.from({ length: each }, () => transport.send(request))),
  );
  return performance.now() - startedAt;
}

test('a request that gets no answer ends in time', async () => {
  const { server, transport } = await start(50);
  server.fault({ kind: 'hang' });
  await expect(transport.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('no answer in time'),
  });
});

test('a failure is answered once, without a second try behind our back', async () => {
  const { server, transport } = await start();
  server.fault({ kind: 'status', status: 500, times: 'always' });
  await expect(transport.send({ method: 'POST', path: '/x', body: {} })).rejects.toThrow('500');
  expect(server.requests).toHaveLength(1);
});

test('content that is rejected is answered, not thrown', async () => {
  const { server, transport } = await start();
  server.fault({ kind: 'status', status: 409, body: { category: 'CONFLICT' } });
  expect(await transport.send({ method: 'POST', path: '/x', body: {} })).toEqual({
    status: 409,
    body: { category: 'CONFLICT' },
  });
});

test('searches keep under HubSpot’s five a second, the first at once', async () => {
  const { transport } = await start();
  expect(await timed([transport], 1, '/x/search')).toBeLessThan(1_000);
  expect(await timed([transport], 5, '/x/search')).toBeGreaterThan(1_000);
});

test('a search rejected because others used the second’s quota is sent again a second later', async () => {
  const { server, transport } = await start();
  const body = { policyName: 'SECONDLY', message: 'You have reached your secondly limit.' };
  server.fault({ kind: 'status', status: 429, body, times: 2 });
  await transport.send({ method: 'POST', path: '/x/search', body: {} });
  expect(server.requests).toHaveLength(3);
  expect(server.requests[1]!.at - server.requests[0]!.at).toBeGreaterThanOrEqual(990);
});

test('requests keep within the quota that the answers name, by turns that are shared', async () => {
  const headers = { 'X-HubSpot-RateLimit-Max': '4', 'X-HubSpot-RateLimit-Interval-Milliseconds': '300' };
  const daily = { 'X-HubSpot-RateLimit-Daily': '100', 'X-HubSpot-RateLimit-Daily-Remaining': '90' };
  server = await startScriptedServer(() => jsonResponse(200, {}, { ...headers, ...daily }));
  const turns = new OwnPace();
  const taken: Quota[] = [];
  const requestPace: RequestPace = {
    take(bucket, quota) {
      taken.push(quota);
      return turns.take(bucket, quota);
    },
  };
  const transports = [1, 2].map(
    () => new HubSpotTransport('token', server!.url, 'UTC', undefined, undefined, requestPace),
  );
  await timed(transports, 1, '/x');
  // Each of the two alone would take half as long.
  expect(await timed(transports, 6, '/x')).toBeGreaterThan(1_200);
  expect(new Set(taken.slice(2).map(({ requests, perMs }) => `${requests} in ${perMs}`))).toEqual(
    new Set(['4 in 500']),
  );
});

test('a request that a busy process sends late is no reason for HubSpot to reject a later one', async () => {
  const portal = await startHubSpot({ limits: { app: 4, windowMs: 1_000 } });
  server = portal;
  let sent = 0;
  const busyAtTheSecond: RequestObserver = () => {
    const until = performance.now() + 600;
    // Its turn is taken, and it is not on its way.
    if (++sent === 2) while (performance.now() < until);
    return () => {};
  };
  const transport = new HubSpotTransport(portal.token, portal.url, 'UTC', undefined, busyAtTheSecond);
  const send = () => transport.send({ method: 'GET', path: '/crm/v3/properties/contacts' });
  await send();
  const answers = await Promise.allSettled(Array.from({ length: 7 }, send));
  expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
});

test('requests that are sent before an answer has named the quota count as well', async () => {
  const { transport } = await start();
  expect(await timed([transport], 60, '/x')).toBeGreaterThan(700);
});

test('while the shared turns do not answer, a process keeps its own', async () => {
  server = await startScriptedServer(() => jsonResponse(200, { results: [] }));
  const requestPace = { take: () => Promise.reject(new Error('no Redis')) };
  const transport = new HubSpotTransport('token', server.url, 'UTC', undefined, undefined, requestPace);
  expect(await timed([transport], 6, '/x/search')).toBeGreaterThan(1_000);
});
