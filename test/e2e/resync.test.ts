/** `resync` writes calls again: the real commands, the real service, a simulated HubSpot and Altur's API. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyCall } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from './service-process.ts';

const ID = 'cll_test000001';
const API_KEY = 'key-of-altur';
const DASHBOARD = { DASHBOARD_PASSWORD: 'a password of the test' };

let redis: RedisServer;
let crm: HubSpotSimulator;
let altur: ReturnType<typeof createServer>;
let alturUrl: string;
/** What Altur's API answers first, once each; then the call. */
let alturFaults: number[];
let alturRequests: (string | undefined)[];
let service: ServiceProcess;

beforeEach(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
  alturFaults = [];
  alturRequests = [];
  altur = createServer((request, response) => {
    alturRequests.push(request.headers.authorization);
    const status = alturFaults.shift() ?? 200;
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
    response.end(JSON.stringify(status === 200 ? apiCall(request.url!.split('/').at(-1)!) : {}));
  });
  await new Promise<void>((listening) => altur.listen(0, '127.0.0.1', listening));
  alturUrl = `http://127.0.0.1:${(altur.address() as AddressInfo).port}/api/v1.0`;
});
afterEach(async () => {
  await service.stop('SIGKILL');
  altur.closeAllConnections();
  await new Promise((closed) => altur.close(closed));
  await crm.close();
  await redis.stop();
});

/** Call `index` as the API shows it. */
function apiCall(callId: string): object {
  const { transcript: _, campaign_user, ...call } = anyCall(Number(callId.slice(-6)));
  const { f_id, name, contact, status, extracted_data, tags } = campaign_user as Record<string, unknown>;
  return { ...call, contact: { f_id, name, phone_number: contact, status }, extracted_data, tags };
}

const environment = () => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: crm.token,
  HUBSPOT_API_URL: crm.url,
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
});
const withAltur = () => ({ ...environment(), ALTUR_API_KEY: API_KEY, ALTUR_API_URL: alturUrl });

const run = (args: readonly string[], env: Record<string, string> = environment()) => runCommand(args, env);

const synced = () => service.log.filter(({ message }) => message.startsWith('call synced'));

/** Starts the service and has these calls synced. */
async function syncCalls(indexes: readonly number[], env: Record<string, string> = {}): Promise<void> {
  service = await startProcess({ ...environment(), ...env });
  for (const index of indexes) await deliver(service.url, anyCall(index));
  await until(() => synced().length === indexes.length, 'the calls are synced');
  const isInLedger = async () =>
    (await run(['status', `cll_test${pad(indexes.at(-1)!)}`])).output.includes('synced');
  await until(isInLedger, 'they are in the ledger');
}
const pad = (index: number) => String(index).padStart(6, '0');

const body = () => crm.calls()[0]!.properties.hs_call_body;
function expectOneOfEach(): void {
  expect([crm.contacts().length, crm.calls().length]).toEqual([1, 1]);
  const [contact, call] = [crm.contacts()[0]!, crm.calls()[0]!];
  const links = crm.associations().filter(({ from, to }) => from.id === call.id && to.id === contact.id);
  expect(links).toHaveLength(1);
}

describe('with the event of the last hour', () => {
  test('records that were deleted in the CRM are created again, with the transcript', async () => {
    await syncCalls([1], DASHBOARD);
    const before = body();
    crm.remove('calls', crm.calls()[0]!.id);
    crm.remove('contacts', crm.contacts()[0]!.id);
    const { code, output, errors } = await run(['resync', ID], { ...environment(), ...DASHBOARD });
    expect([code, output]).toEqual([
      0,
      `${ID}  queued again, with its event of the last hour\n1 call: 1 queued again, 0 dead letters put back, 0 on their way, 0 impossible\n`,
    ]);
    expect(errors).toMatch(/INFO +operator action action=resync by=command line calls=1/);
    await until(() => synced().length === 2, 'it is synced again');
    expectOneOfEach();
    expect(body()).toBe(before);
  });

  test('what a user changed in the call is overwritten, and nothing is doubled', async () => {
    await syncCalls([1], DASHBOARD);
    const { id } = crm.calls()[0]!;
    crm.change('calls', id, { hs_call_title: 'changed by a user' });
    expect(crm.calls()[0]!.properties.hs_call_title).toBe('changed by a user');
    await run(['resync', ID], { ...environment(), ...DASHBOARD });
    await until(() => synced().length === 2, 'it is synced again');
    expectOneOfEach();
    expect(crm.calls()[0]).toMatchObject({
      id,
      properties: { hs_call_title: expect.stringContaining('Altur') },
    });
  });
});

describe('from Altur’s API', () => {
  test('a call that is still there keeps its text; a contact that was deleted is there again, and linked', async () => {
    await syncCalls([1]);
    const before = { ...crm.calls()[0]!.properties };
    const { id } = crm.calls()[0]!;
    crm.remove('contacts', crm.contacts()[0]!.id);
    const { code, output } = await run(['resync', ID], withAltur());
    expect([code, output]).toEqual([0, expect.stringContaining(`${ID}  queued again from Altur’s API`)]);
    await until(() => synced().length === 2, 'it is synced again');
    expectOneOfEach();
    const { hs_lastmodifieddate: _, ...kept } = before;
    expect(crm.calls()[0]).toMatchObject({ id, properties: kept });
    expect(alturRequests).toEqual([`api-key ${API_KEY}`]);
  });

  test('a call that was deleted is created without a transcript, and says so; its webhook, sent again, completes it', async () => {
    await syncCalls([1]);
    const before = body();
    crm.remove('calls', crm.calls()[0]!.id);
    await run(['resync', ID], withAltur());
    await until(() => synced().length === 2, 'it is synced again');
    expectOneOfEach();
    expect(body()).toContain('The transcript is not available');
    expect(body()).toContain('Payment Amount: 1200');
    const status = async () => (await run(['status', ID])).output;
    await until(async () => (await status()).includes('which has no transcript'), 'status says so');
    await deliver(service.url, anyCall(1));
    await until(() => synced().length === 3, 'the webhook is synced');
    expectOneOfEach();
    expect(body()).toBe(before);
    expect(await status()).not.toContain('no transcript');
  });

  test('a call that never arrived is written; an API that is busy is asked again', async () => {
    await syncCalls([2]);
    alturFaults = [429, 503];
    expect((await run(['resync', ID], withAltur())).code).toBe(0);
    await until(() => synced().length === 2, 'it is synced');
    expect(crm.calls()).toHaveLength(2);
    expect(alturRequests).toHaveLength(3);
  });

  test('a key that is not accepted is said of every call, and tried once', async () => {
    await syncCalls([1, 2, 3]);
    alturFaults = [401, 401, 401];
    const { code, output } = await run(['resync', '--since', '24h'], withAltur());
    expect(code).toBe(1);
    expect(output.match(/impossible: .*ALTUR_API_KEY.* \[ALTUR_UNAUTHORIZED\]/g)).toHaveLength(3);
    expect(output).toMatch(/^3 calls: 0 queued again, .* 3 impossible$/m);
    expect(alturRequests).toHaveLength(1);
  });
});

test('without the event and without a key it is impossible, and says what to do; sent again by Altur, it is written', async () => {
  await syncCalls([1]);
  const before = body();
  crm.remove('calls', crm.calls()[0]!.id);
  expect((await deliver(service.url, anyCall(1))).answer).toEqual({ status: 'duplicate' });
  const { code, output } = await run(['resync', ID]);
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/impossible: .*set ALTUR_API_KEY.* have Altur send it again, .*\[EVENT_GONE\]/),
  ]);
  expect((await deliver(service.url, anyCall(1))).answer).toEqual({ status: 'queued' });
  await until(() => synced().length === 2, 'it is synced again');
  expectOneOfEach();
  expect(body()).toBe(before);
  expect((await deliver(service.url, anyCall(1))).answer).toEqual({ status: 'duplicate' });
});

test('a call that waits for the CRM is on its way already', async () => {
  service = await startProcess(environment());
  crm.fault({ kind: 'status', status: 401, path: 'crm', times: 'always' });
  await deliver(service.url, anyCall(1));
  const paused = () => service.log.some(({ message }) => message === 'queue paused');
  await until(paused, 'the queue is paused');
  const { code, output } = await run(['resync', ID]);
  expect([code, output]).toEqual([0, expect.stringContaining('is on its way already')]);
});

test('--since and --outcome choose calls', async () => {
  await syncCalls([1, 2], DASHBOARD);
  const env = { ...environment(), ...DASHBOARD };
  expect((await run(['resync', '--outcome', 'dead-letter'], env)).output).toMatch(/^0 calls:/);
  expect((await run(['resync', '--since', '1h', '--outcome', 'synced'], env)).output).toMatch(
    /^2 calls: 2 queued again/m,
  );
  await until(() => synced().length === 4, 'both are synced again');
  for (const wrong of [['--since', '24'], ['--outcome', 'lost'], ['--since', '1h', ID], []]) {
    const { code, errors } = await run(['resync', ...wrong], env);
    expect([code, errors.split('\n').length]).toEqual([2, 2]);
  }
});
