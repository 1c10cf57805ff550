/** No false alarms: what the product ships is in order in a CRM that `provision` has prepared. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { checkMapping } from '../../src/commands/check-mapping.ts';
import { loadConfig } from '../../src/config/config.ts';
import { connectedWithin, connectProducer } from '../../src/queue/redis.ts';
import { createConnector } from '../../src/service/create-connector.ts';
import { recordingLog } from '../recording-log.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';

let redis: RedisServer;
let folder: string;
let releases: (() => unknown)[] = [];

beforeAll(async () => {
  redis = await startRedis();
  folder = mkdtempSync(join(tmpdir(), 'altur-mapping-'));
});
afterEach(async () => {
  for (const release of releases.reverse()) await release();
  releases = [];
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function hubspot() {
  const crm = await startHubSpot({ owners: ['81234567', '80000000'] });
  releases.push(crm.close);
  return { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: crm.token, HUBSPOT_API_URL: crm.url };
}

async function salesforce() {
  const org = await startSalesforce();
  releases.push(org.close);
  return {
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: org.url,
    SALESFORCE_CLIENT_ID: org.settings.clientId,
    SALESFORCE_CLIENT_SECRET: org.settings.clientSecret,
  };
}

/** After `provision`, what `doctor` finds in the mapping. */
async function findingsFor(crm: Record<string, string>, mapping: string | undefined) {
  const path = join(folder, 'mapping.yaml');
  if (mapping !== undefined) writeFileSync(path, mapping);
  const env = { ...crm, REDIS_URL: redis.url, ...(mapping !== undefined && { MAPPING_FILE: path }) };
  const config = await loadConfig(env, 'command');
  const client = connectProducer(config.redis);
  releases.push(() => client.disconnect());
  await connectedWithin(client, 10_000);
  const created = await createConnector(config, client, recordingLog());
  releases.push(() => created.connector.close());
  await created.connector.provision(created.mapping.fields);
  const owners = (await created.connector.check()).filter(({ subject }) => subject === 'owners');
  return [...owners, ...(await checkMapping(created.connector, created.mapping, config))];
}

const example = (name: string) =>
  readFileSync(new URL(`../../examples/mappings/${name}.yaml`, import.meta.url), 'utf8');

test.each([
  ['the default mapping to HubSpot', hubspot, undefined],
  ['the default mapping to Salesforce', salesforce, undefined],
  ['the collections example', hubspot, 'collections'],
  ['the sales example', salesforce, 'sales'],
])('nothing is found in %s', async (_, crm, name) => {
  expect(await findingsFor(await crm(), name && example(name))).toEqual([
    { level: 'ok', subject: 'fields', message: expect.any(String) },
  ]);
});
