/** "Why is this call not in the CRM?", asked of the real service on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallSummary } from '../../src/monitoring/call-history.ts';
import type { CallStatus } from '../../src/monitoring/call-status.ts';
import { anyCall, phoneOf } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { rejectedCall } from './rejected-call.ts';
import { deliver, type ServiceProcess, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let crm: HubSpotSimulator;
let services: ServiceProcess[];
const folder = mkdtempSync(join(tmpdir(), 'altur-status-'));

beforeEach(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  await crm.close();
  await redis.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(role: 'all' | 'ingress' | 'worker' = 'all', env: Record<string, string> = {}) {
  const service = await startProcess(
    {
      CRM_CONNECTOR: 'hubspot',
      HUBSPOT_ACCESS_TOKEN: crm.settings.token,
      HUBSPOT_API_URL: crm.url,
      REDIS_URL: redis.url,
      ...env,
    },
    role,
  );
  services.push(service);
  return service;
}

const run = (...args: string[]) => runCommand(args, { ...BASE_ENVIRONMENT, REDIS_URL: redis.url });

async function status(callId: string): Promise<CallStatus> {
  return JSON.parse((await run('status', callId, '--json')).output);
}

const isIn = (callId: string, state: CallStatus['state']) => async () =>
  (await status(callId)).state === state;
const eventsOf = ({ timeline }: CallStatus) => timeline.map(({ event }) => event);
const ID = 'cll_test000001';

test('received, queued while no worker runs, then synced: each is said, with how it got there', async () => {
  const { url } = await start('ingress');
  await deliver(url, anyCall(1));
  await deliver(url, anyCall(2));
  const waiting = await run('status', 'cll_test000002');
  expect(waiting.code).toBe(1);
  expect(waiting.output).toMatch(
    /^queued: received .*, number 2 of 2 waiting, the oldest since .*; NO WORKER is running/,
  );
  await start('worker');
  await until(isIn(ID, 'synced'), 'the call is synced');
  await until(async () => eventsOf(await status(ID)).includes('synced'), 'the history has it');
  await deliver(url, anyCall(1));
  await deliver(url, anyCall(1));
  await until(async () => (await status(ID)).duplicates === 2, 'both duplicates are counted');
  const { timeline, ...synced } = await status(ID);
  expect(synced).toMatchObject({
    state: 'synced',
    duplicates: 2,
    synced: { crm: 'hubspot', records: [{ object: 'person' }, { object: 'call' }] },
  });
  expect(timeline.map(({ event }) => event)).toEqual(['received', 'synced', 'duplicate', 'duplicate']);
  const { requests, batchSize } = timeline.find(({ event }) => event === 'synced')!;
  // 1 where the machine is so busy that the worker takes the calls one by one.
  expect(batchSize).toBeGreaterThan(0);
  expect(requests!.map(({ method, endpoint }) => `${method} ${endpoint}`)).toContain(
    'POST /crm/objects/2026-03/calls/batch/upsert',
  );
  const text = await run('status', ID);
  expect(text).toMatchObject({ code: 0, errors: '' });
  expect(text.output).toMatch(
    new RegExp(`^synced: .* to hubspot: person ${crm.contacts()[0]!.id}, call \\d+`),
  );
  expect(text.output).toMatch(/delivered again with the same content: 2 times\n/);
  expect(text.output).not.toContain('undefined');
});

test('skipped by the mapping: by which rule, on the command line and in the list', async () => {
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(mapping, 'calls: [{ outcome: voicemail, do: log-only }, { outcome: busy, do: skip }]');
  const { url, log } = await start('all', { MAPPING_FILE: mapping });
  await deliver(url, anyCall(1, 1, { status: 'busy' }));
  await until(isIn(ID, 'skipped'), 'the call is skipped');
  const { code, output } = await run('status', ID);
  expect(code).toBe(0);
  expect(output).toMatch(
    /^skipped: received .*: by the rule of the mapping: calls, rule 2: \{ outcome: busy, do: skip \}\n/,
  );
  await until(
    () => log.some(({ message, callId }) => message === 'call skipped by the mapping' && callId === ID),
    'it is logged',
  );
  await until(async () => (await run('calls', '--outcome', 'skipped')).output.includes(ID), 'it is listed');
  // Its next version is not skipped, and is a new call of the CRM.
  await deliver(url, anyCall(1, 1));
  await until(isIn(ID, 'synced'), 'the changed call is synced');
  expect(crm.calls()).toHaveLength(1);
});

test('waiting for the CRM, then resumed: status, history and log say why and for how long', async () => {
  const { url, log } = await start();
  const outage = crm.fault({ kind: 'status', status: 503, method: 'POST', times: 'always' });
  await deliver(url, anyCall(1));
  const isHeldUp = async () =>
    eventsOf(await status(ID)).some((event) => event === 'pause' || event === 'delay');
  await until(isHeldUp, 'the history says that the call is held up');
  const { waiting, state } = await status(ID);
  expect(['queued', 'retrying', 'being-written']).toContain(state);
  if (waiting) expect(waiting).toMatchObject({ workersAlive: 1 });
  const paused = log.find(({ message }) => message === 'queue paused');
  expect(paused).toMatchObject({ callId: ID, code: expect.any(String), reason: expect.any(String) });
  outage.remove();
  await until(isIn(ID, 'synced'), 'the call is synced');
  await until(() => log.some(({ message }) => message === 'queue resumed'), 'the end of the pause is logged');
  const resumed = log.filter(({ message }) => message === 'queue resumed');
  expect(resumed).toMatchObject([{ code: paused!.code, pausedMs: expect.any(Number) }]);
  expect(JSON.stringify(log)).not.toContain('undefined');
});

test('waiting for credentials: it says what to do, and ends with 1', async () => {
  const { url } = await start();
  crm.fault({ kind: 'status', status: 401, path: 'crm', times: 'always' });
  await deliver(url, anyCall(1));
  const isPaused = async () => (await status(ID)).waiting?.pause?.kind === 'unauthorized';
  await until(isPaused, 'the queue is paused');
  const { code, output } = await run('status', ID);
  expect(code).toBe(1);
  expect(output).toMatch(
    /^queued: .*the queue is paused: .*\[TOKEN_INVALID\].*\n {4}→ Create a new service key/,
  );
});

test('a dead letter says what is rejected and what to do; put back and written, it says so', async () => {
  const refused = crm.fault(rejectedCall(ID));
  const { url } = await start();
  await deliver(url, anyCall(1));
  await until(isIn(ID, 'dead-letter'), 'it is a dead letter');
  const { cause } = await status(ID);
  expect(cause).toMatchObject({ code: expect.any(String), fix: expect.stringContaining('failed retry') });
  const { code, output } = await run('status', ID);
  expect(code).toBe(1);
  expect(output).toContain(`after the fix: npx altur-crm-sync failed retry ${ID}`);
  await until(
    async () => (await run('calls', '--outcome', 'dead-letter')).output.includes(ID),
    'it is listed',
  );
  refused.remove();
  await run('failed', 'retry', ID);
  await until(isIn(ID, 'synced'), 'it is synced');
  await until(async () => eventsOf(await status(ID)).at(-1) === 'synced', 'the history ends with it');
  expect(eventsOf(await status(ID))).toEqual(['received', 'dead-letter', 'retried-by-operator', 'synced']);
});

test('a discarded dead letter says that it was discarded, and can be delivered again', async () => {
  const refused = crm.fault(rejectedCall(ID));
  const { url } = await start();
  await deliver(url, anyCall(1));
  await until(isIn(ID, 'dead-letter'), 'it is a dead letter');
  await run('failed', 'discard', ID);
  expect(await run('status', ID)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^dead letter: .*an operator discarded it.*\[DISCARDED\]\n/),
  });
  refused.remove();
  await deliver(url, anyCall(1));
  await until(isIn(ID, 'synced'), 'it is synced');
});

test('never received, and a delivery with a wrong signature that claimed the id', async () => {
  const { url } = await start('ingress');
  expect(await run('status', 'cll_nobody')).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^unknown: /),
  });
  const response = await fetch(`${url}/webhooks/altur/on-call-end`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-altur-signature': 'wrong' },
    body: JSON.stringify(anyCall(9)),
  });
  expect(response.status).toBe(401);
  await until(async () => (await status('cll_test000009')).refused !== undefined, 'it is remembered');
  const { code, output } = await run('status', 'cll_test000009');
  expect(code).toBe(1);
  expect(output).toMatch(
    /^unknown: [\s\S]*unverified: once something with this call id was delivered with a wrong signature/,
  );
});

test('calls are found by phone in any notation, by f_id, by id, by time and by outcome', async () => {
  const { url } = await start();
  for (const index of [1, 2, 3]) await deliver(url, anyCall(index, index === 3 ? 2 : index));
  const find = async (...args: string[]): Promise<string[]> => {
    const found: CallSummary[] = JSON.parse((await run('calls', '--json', ...args)).output);
    return found.map(({ callId }) => callId).sort();
  };
  await until(async () => (await find('--outcome', 'synced')).length === 3, 'all are synced');
  const national = phoneOf(2).replace('+52', '');
  expect(
    await find('--phone', `(${national.slice(0, 2)}) ${national.slice(2, 6)}-${national.slice(6)}`),
  ).toEqual(['cll_test000002', 'cll_test000003']);
  expect(await find('--f-id', 'user_1')).toEqual(['cll_test000001']);
  expect(await find('--id', 'cll_test000003')).toEqual(['cll_test000003']);
  expect(await find('--since', '1h', '--limit', '2')).toHaveLength(2);
  expect(await find('--since', '2030-01-01')).toEqual([]);
  expect(await find('--until', '1h')).toEqual([]);
  expect(await find('--until', '2030-01-01', '--limit', '2')).toHaveLength(2);
  expect((await run('calls', '--limit', '2')).output).toMatch(
    /^call +outcome +received \(UTC\) +changed \(UTC\)\ncll_test\d+ +synced +\d{4}-[^\n]+\ncll_test[^\n]+\nthe latest 2; --limit shows more\n$/,
  );
  for (const wrong of [
    ['--phone', '12'],
    ['--since', 'x'],
    ['--until', 'x'],
    ['--outcome', 'x'],
    ['--limit', '0'],
    ['cll_1'],
  ]) {
    expect(await run('calls', ...wrong)).toMatchObject({ code: 2, output: '' });
  }
});
