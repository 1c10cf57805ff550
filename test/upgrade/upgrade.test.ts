/**
 * An upgrade from each recorded earlier version: with calls waiting, one to be tried again, one in flight, a dead letter
 * and a ledger in Redis. Nothing is lost, nothing is written twice. record.ts makes the recordings.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { RETENTION_MS } from '../../src/queue/retention.ts';
import { SCHEMA } from '../../src/queue/schema-version.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT, CLI, ELSEWHERE } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import {
  CHANGED,
  DEAD_LETTER,
  type Event,
  IN_FLIGHT,
  LAST_VERSIONS,
  RETRYING,
  SYNCED,
  WAITING,
} from './events.ts';
import { PASSWORD, recordingOf, restore } from './recording.ts';

const RECORDINGS = readdirSync(new URL('./fixtures/', import.meta.url)).map((name) =>
  name.replace('.jsonl', ''),
);

let server: RedisServer;
let redis: Redis;
let crm: HubSpotSimulator;
let services: ServiceProcess[];

beforeEach(async () => {
  server = await startRedis({ appendonly: 'yes' });
  redis = new Redis(server.url);
  crm = await startHubSpot({ provisioned: true });
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop('SIGKILL')));
  redis.disconnect();
  await crm.close();
  await server.stop();
});

const environment = () => ({
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: crm.token,
  HUBSPOT_API_URL: crm.url,
  REDIS_URL: server.url,
  DASHBOARD_PASSWORD: PASSWORD,
});

async function start(role: 'all' | 'ingress' | 'worker'): Promise<ServiceProcess> {
  const service = await startProcess(environment(), role);
  services.push(service);
  return service;
}

/** What a command prints; on stderr too. */
function run(...args: string[]): Promise<string> {
  const env = { ...BASE_ENVIRONMENT, ALTUR_WEBHOOK_SECRET: SECRET, ...environment() };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env, cwd: ELSEWHERE }, (_, output, errors) => {
      resolve(output + errors);
    });
  });
}

async function answersTo(url: string, events: readonly Event[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const event of events) answers.push((await deliver(url, event)).answer);
  return answers;
}

async function dashboard(url: string, path: string): Promise<Record<string, unknown>> {
  const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
  const response = await fetch(`${url}/dashboard/api${path}`, { headers: { authorization } });
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Record<string, unknown>;
}

/** The calls of the CRM with their persons: call id → duration in ms, and the phone numbers of the linked contacts. */
function written(): Record<string, unknown> {
  const phones = new Map(crm.contacts().map(({ id, properties }) => [id, properties.phone]));
  const calls = crm.calls().map(({ id, properties }) => {
    const linked = crm.associations().filter(({ from, to }) => from.id === id && to.type === 'contacts');
    const value = [properties.hs_call_duration, ...linked.map(({ to }) => phones.get(to.id))];
    return [properties.altur_call_id!, value] as const;
  });
  // Of two records of one call, both are seen.
  return Object.fromEntries(
    [...Map.groupBy(calls, ([callId]) => callId)].map(([callId, some]) => [
      callId,
      some.map(([, value]) => value),
    ]),
  );
}

function asWritten(events: readonly Event[]): Record<string, unknown> {
  return Object.fromEntries(
    events.map(({ id, duration, phone_number_to: phone }) => [id, [[`${Number(duration) * 1_000}`, phone]]]),
  );
}

const without = (...events: readonly Event[]) => LAST_VERSIONS.filter((event) => !events.includes(event));

const statesOf = (events: readonly Event[], state: string) =>
  Object.fromEntries(events.map(({ id }) => [id, state]));

/** In place of one call, another version of it. */
const changed = (event: Event): Event => ({ ...event, duration: 777 });

describe.each(RECORDINGS)('from %s', (name) => {
  beforeEach(async () => {
    await restore(recordingOf(name), redis, crm);
  });

  test('all that waits is written once; what was written is neither written again nor doubled', async () => {
    const { url } = await start('all');
    await until(() => crm.calls().length >= 10, 'what waits is written', 60_000);
    await until(
      async () => (await redis.keys('{altur}:calls:cll_*')).length === 1,
      'only the dead letter is left',
      60_000,
    );
    expect(written()).toEqual(asWritten(without(DEAD_LETTER)));
    expect(
      crm
        .contacts()
        .map(({ properties }) => properties.phone)
        .toSorted(),
    ).toEqual(['+525510001001', '+525510001002', '+525510001003', '+525510001004', '+525510001005']);
    crm.clearRequests();
    const redelivered = [...LAST_VERSIONS, CHANGED[0]];
    expect(await answersTo(url, redelivered)).toEqual(redelivered.map(() => ({ status: 'duplicate' })));

    const sameRecords = crm.calls().map(({ id }) => id);
    const updated = [changed(SYNCED[0]!), changed(SYNCED[3]!), changed(IN_FLIGHT)];
    expect(await answersTo(url, updated)).toEqual(updated.map(() => ({ status: 'queued' })));
    const durations = () => crm.calls().filter(({ properties }) => properties.hs_call_duration === '777000');
    await until(() => durations().length === 3, 'the changed versions are written');
    expect(crm.calls().map(({ id }) => id)).toEqual(sameRecords);
    expect(await run('failed', 'retry', DEAD_LETTER.id)).toContain('1 dead letter put back into the queue');
    await until(async () => (await redis.keys('{altur}:calls:cll_*')).length === 0, 'no job is left');
    const all = [...without(SYNCED[0]!, SYNCED[3]!, IN_FLIGHT), ...updated];
    expect(written()).toEqual(asWritten(all));
    expect(crm.contacts()).toHaveLength(5);
    // A process of before is heard of for a few seconds.
    const isRaised = async () => (await redis.hget('{altur}:schema', 'schema')) === `${SCHEMA}`;
    await until(isRaised, 'the schema is raised', 60_000);
  });

  test('status, the dead letters and the dashboard answer for the calls of before', async () => {
    const { url, log } = await start('ingress');
    expect(await answersTo(url, SYNCED)).toEqual(SYNCED.map(() => ({ status: 'duplicate' })));
    const overview = await dashboard(url, '/overview');
    expect(overview).toMatchObject({ queue: { waiting: 4, active: 1, retrying: 1, deadLetters: 1 } });
    const states = new Map<string, unknown>();
    for (const { id } of LAST_VERSIONS)
      states.set(id, (await dashboard(url, `/calls/${encodeURIComponent(id)}`)).state);
    expect(Object.fromEntries(states)).toEqual({
      ...statesOf(SYNCED, 'synced'),
      ...statesOf([CHANGED[1], ...WAITING], 'queued'),
      ...statesOf([DEAD_LETTER], 'dead-letter'),
      ...statesOf([RETRYING], 'retrying'),
      ...statesOf([IN_FLIGHT], 'being-written'),
    });
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await run('status', SYNCED[0]!.id)).toContain('person 90000000001, call 90000000002');
    expect(await run('failed', 'show', DEAD_LETTER.id)).toMatch(
      /VALIDATION_ERROR[\s\S]*Llamada de prueba 6\./,
    );
    expect(await run('failed', 'discard', DEAD_LETTER.id)).toContain('1 dead letter discarded');
    expect(await redis.zcard('{altur}:calls:failed')).toBe(0);
  });

  test('customer ids and phone numbers that lay in clear among the known persons are deleted', async () => {
    const inClear = () => redis.keys('{altur}:hubspot:person:*');
    // As an hour after they were stored.
    for (const key of await inClear()) await redis.pexpire(key, RETENTION_MS - 3_600_000);
    await start('worker');
    await until(async () => {
      const keys = await inClear();
      const texts = keys.length === 0 ? [] : await redis.mget(keys);
      return texts.every((text) => !/cliente-|525510/.test(text ?? ''));
    }, 'nobody is named');
    await until(() => crm.calls().length >= 10, 'what waits is written', 60_000);
    await until(() => crm.associations().length >= 10, 'all calls are linked');
    expect(crm.contacts()).toHaveLength(5);
  });
});
