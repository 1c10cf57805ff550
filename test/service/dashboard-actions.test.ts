import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/config.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { connectedWithin, connectProducer } from '../../src/queue/redis.ts';
import { dashboardActions } from '../../src/service/dashboard-actions.ts';
import { Releases } from '../../src/service/releases.ts';
import { recordingLog } from '../recording-log.ts';
import { startRedis } from '../redis-server.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';

let releases: (() => unknown)[] = [];

afterEach(async () => {
  for (const release of releases.reverse()) await release();
  releases = [];
});

test('the dashboard creates no field whose name is close to that of another, and says how it is created', async () => {
  const [server, crm] = [await startRedis(), await startHubSpot({ provisioned: true })];
  const folder = mkdtempSync(join(tmpdir(), 'altur-actions-'));
  releases.push(server.stop, crm.close, () => rmSync(folder, { recursive: true }));
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(mapping, 'person: { fistname: customer.first_name, plan: customer.status }');
  const env = { HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url, REDIS_URL: server.url };
  const config = await loadConfig({ ...env, CRM_CONNECTOR: 'hubspot', MAPPING_FILE: mapping }, 'command');
  const redis = connectProducer(config.redis);
  releases.push(() => redis.disconnect());
  await connectedWithin(redis, 10_000);
  const log = recordingLog();
  const own = new Releases(log);
  releases.push(() => own.releaseAll());
  const queue = openQueue(redis);
  const actions = dashboardActions({
    config,
    redis,
    queue,
    health: { eventFault: async () => undefined },
    recentEvents: undefined,
    log,
    releases: own,
  });

  const browser = { address: '192.0.2.7' };
  expect(await actions.createField('person', 'fistname', browser)).toEqual({
    count: 0,
    problems: [expect.stringMatching(/`fistname` is close to `firstname`: .*provision --create fistname/)],
  });
  expect(await actions.createField('person', 'plan', browser)).toEqual({ count: 1, problems: [] });
  // Nobody typed the names of extracted data.
  expect(await actions.createField('person', 'altur_statuss', browser)).toMatchObject({ count: 1 });
});
