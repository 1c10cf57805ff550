/** `reconcile --report`: the real commands and service, a simulated HubSpot and a simulated account of Altur. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { deliver, SECRET, type ServiceProcess, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let crm: HubSpotSimulator;
let altur: AlturSimulator;
let service: ServiceProcess;

beforeEach(async () => {
  redis = await startRedis();
  crm = await startHubSpot({ provisioned: true });
  altur = await startAltur();
  service = await startProcess(environment());
});
afterEach(async () => {
  await service.stop('SIGKILL');
  await altur.close();
  await crm.close();
  await redis.stop();
});

const environment = () => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'hubspot',
  HUBSPOT_ACCESS_TOKEN: crm.token,
  HUBSPOT_API_URL: crm.url,
  ALTUR_WEBHOOK_SECRET: SECRET,
  ALTUR_API_KEY: altur.apiKey,
  ALTUR_API_URL: altur.apiUrl,
  REDIS_URL: redis.url,
});

const run = (...args: readonly string[]) => runCommand(args, environment());

/** In the ledger, too. */
const written = (count: number) =>
  until(
    () => service.log.filter(({ message }) => message.startsWith('call synced')).length >= count,
    `${count} calls are written`,
  );

test('names what never came and what was deleted in the CRM; what it advises writes them', async () => {
  const DAY_MS = 24 * 3_600_000;
  // So long ago that no webhook is to come any more.
  const [from, to] = [Date.now() - 2 * DAY_MS, Date.now() - DAY_MS];
  altur.seed({
    campaigns: [
      { calls: 30, from, to },
      { calls: 30, from, to },
    ],
  });
  const events = altur.webhookEvents();
  const [lost, ...delivered] = events;
  for (const event of delivered) await deliver(service.url, event);
  await written(59);
  const deleted = crm.calls()[20]!;
  crm.remove('calls', deleted.id);

  const first = await run('reconcile', '--report', '--since', '3d');
  expect(first.errors).toBe('');
  const id = String(deleted.properties.altur_call_id);
  expect(first.output).toMatch(new RegExp(`  ${id}  \\S+  was written at \\S+, deleted in HubSpot since`));
  expect(first.output).toMatch(new RegExp(`  ${lost!.id}  \\S+  never received`));
  expect(first.output).toMatch(/^all +60 +58 +0 +0 +0 +2$/m);
  expect(first.code).toBe(1);

  await run('reconcile', '--since', '3d');
  await run('resync', id);
  await written(61);
  expect(crm.calls()).toHaveLength(60);
  const second = await run('reconcile', '--report', '--since', '3d', '--json');
  expect(second.code).toBe(0);
  const { statements } = JSON.parse(second.output);
  const sum = (of: 'calls' | 'inCrm' | 'missing') =>
    statements.reduce(
      (total: number, { listed }: { listed: Record<typeof of, number> }) => total + listed[of],
      0,
    );
  expect([sum('calls'), sum('inCrm'), sum('missing')]).toEqual([60, 60, 0]);
}, 120_000);
