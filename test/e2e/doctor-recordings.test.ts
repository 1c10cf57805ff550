/** `doctor` on Altur's API and on links to recordings, with the real service and a simulated Altur. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { freePort, type RedisServer, startRedis } from '../redis-server.ts';
import { startAltur } from '../simulators/altur/altur.ts';
import type { AlturSimulator } from '../simulators/altur/altur-simulator.ts';
import { SECRET, startProcess, until } from './service-process.ts';

let redis: RedisServer;
let altur: AlturSimulator;
let releases: (() => unknown)[];

beforeEach(async () => {
  releases = [];
  redis = await startRedis();
  altur = await startAltur();
  altur.addCampaign();
});
afterEach(async () => {
  for (const release of releases.reverse()) await release();
  await altur.close();
  await redis.stop();
});

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  ...BASE_ENVIRONMENT,
  CRM_CONNECTOR: 'preview',
  ALTUR_WEBHOOK_SECRET: SECRET,
  REDIS_URL: redis.url,
  ...more,
});
const linked = (more: Record<string, string> = {}) =>
  environment({
    ALTUR_API_KEY: altur.apiKey,
    ALTUR_API_URL: altur.apiUrl,
    RECORDING_LINK_SECRET: 'a long random text of this test',
    ...more,
  });

async function doctor(env: Record<string, string>): Promise<string> {
  return (await runCommand(['doctor'], env)).output;
}

test('follows a link to the running service, and asks Altur once', async () => {
  const PORT = `${await freePort()}`;
  const env = linked({ PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}/`, RECORDING_LINK_TTL: '90d' });
  const service = await startProcess(env);
  releases.push(() => service.stop('SIGKILL'));
  const output = await doctor(env);
  const base = `http://127.0.0.1:${PORT}/recordings/`;
  expect(output).toContain(`links below ${base}, signed with RECORDING_LINK_SECRET; they work for 90 days`);
  expect(output).toContain(`${base} is reached, and accepts links`);
  expect(output).toMatch(/Altur\n {2}✓ Altur’s API: +127\.0\.0\.1:\d+ accepts ALTUR_API_KEY/);
  expect(altur.requests.map(({ path }) => path)).toEqual([expect.stringMatching(/\/campaigns/)]);
  expect(output).not.toContain('rotating');

  const other = await doctor({ ...env, RECORDING_LINK_SECRET: 'another long random text of it' });
  expect(other).toMatch(/! recordings: .* is answered 404: it does not reach the ingress, or that has other/);
});

test('finds an ingress that does not accept the links of its worker', async () => {
  const ingress = await startProcess(environment(), 'ingress');
  releases.push(() => ingress.stop('SIGKILL'));
  const env = linked({ PUBLIC_URL: ingress.url });
  const worker = await startProcess(env, 'worker');
  releases.push(() => worker.stop('SIGKILL'));
  const says =
    /! recordings: +the links that the worker \(process \d+ on .*\) writes are not accepted by the ingress/;
  await until(async () => says.test(await doctor(env)), 'doctor says so');
});
