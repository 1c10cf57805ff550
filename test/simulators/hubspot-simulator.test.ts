import { Client } from '@hubspot/api-client';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { person, portalEachTest } from './hubspot/simulated-portal.ts';
import { jsonClient, type Send } from './kit/json-client.ts';
import { type SimulatorProcess, startProcess } from './kit/simulator-process.ts';

describe('in the same process', () => {
  const portal = portalEachTest({ provisioned: true, limits: { app: 5_000 } });
  const body = { inputs: [person('a')] };

  test("works with HubSpot's official client", async () => {
    const client = new Client({ accessToken: portal.sim.token, basePath: portal.sim.url });
    const path = '/crm/objects/2026-03/contacts/batch/upsert';
    const response = await client.apiRequest({ method: 'POST', path, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ results: [{ new: true }] });
  });

  test('a lost answer leaves what was written', async () => {
    portal.sim.fault({ kind: 'lost', path: 'batch/upsert' });
    const upsert = () => portal.client.batch('contacts', 'upsert', body);
    await expect(upsert()).rejects.toThrow();
    expect(portal.sim.contacts()).toHaveLength(1);
    expect((await upsert()).body.results[0].new).toBe(false);
  });

  test('seeds may be older than today', () => {
    portal.sim.seed({ contacts: [{ firstname: 'Ana', createdate: '2020-01-01T00:00:00.000Z' }] });
    expect(portal.sim.contacts()[0]).toMatchObject({ createdAt: '2020-01-01T00:00:00.000Z' });
  });

  test('batches take no longer because there are many records', async () => {
    portal.sim.seed({
      contacts: Array.from({ length: 50_000 }, (_, index) => ({ altur_person_key: `k${index}` })),
    });
    const inputs = Array.from({ length: 100 }, (_, index) => ({
      ...body.inputs[0],
      id: `k${index * 400}`,
      properties: {},
    }));
    const start = performance.now();
    for (let round = 0; round < 20; round += 1) {
      expect((await portal.client.batch('contacts', 'upsert', { inputs })).body.results[0].new).toBe(false);
    }
    expect((performance.now() - start) / 20).toBeLessThan(100);
  });
});

describe('as a separate process', () => {
  let simulator: SimulatorProcess;
  let address: { url: string; token: string };

  beforeEach(async () => {
    const options = JSON.stringify({ provisioned: true, token: 'pat-na1-test' });
    simulator = await startProcess('../hubspot/main.ts', [options]);
    address = JSON.parse(simulator.readyLine);
  });

  afterEach(async () => {
    await simulator.stop();
  });

  const control = async (...[method, path, body]: Parameters<Send>) =>
    (await jsonClient(address.url)(method, path, body)).body;

  test('is seeded, set and looked at over HTTP', async () => {
    expect(address.token).toBe('pat-na1-test');
    const [id] = await control('POST', '/__seed', { contacts: [{ firstname: 'Ana' }] });
    expect(await control('POST', '/__settings', { lagMs: 7, limits: { app: 9 } })).toMatchObject({
      lagMs: 7,
      limits: { app: 9, search: 5 },
    });
    const before = await control('GET', '/__state');
    expect(before).toMatchObject({
      contacts: [{ id, properties: { firstname: 'Ana' } }],
      calls: [],
      associations: [],
    });
    await control('POST', '/__remove', { type: 'contacts', id });
    expect((await control('GET', '/__state')).contacts).toEqual([]);
  });

  test('exits on SIGTERM', async () => {
    expect(await simulator.stop()).toEqual([0, null]);
  });
});
