import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client } from '@hubspot/api-client';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HubSpotSimulator, startHubSpot } from './hubspot/hubspot.ts';
import { portalClient } from './hubspot/portal-client.ts';

describe('in the same process', () => {
  let sim: HubSpotSimulator;

  beforeEach(async () => {
    sim = await startHubSpot({ provisioned: true, limits: { app: 5_000 } });
  });

  afterEach(() => sim.close());

  const body = {
    inputs: [{ id: 'a', idProperty: 'altur_person_key', properties: { altur_person_key: 'a' } }],
  };

  test("is spoken to by HubSpot's own client", async () => {
    const client = new Client({ accessToken: sim.token, basePath: sim.url });
    const path = '/crm/objects/2026-03/contacts/batch/upsert';
    const response = await client.apiRequest({ method: 'POST', path, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ results: [{ new: true }] });
  });

  test('a lost answer leaves what was written', async () => {
    sim.fault({ kind: 'lost', path: 'batch/upsert' });
    const upsert = () => portalClient(sim).batch('contacts', 'upsert', body);
    await expect(upsert()).rejects.toThrow();
    expect(sim.contacts()).toHaveLength(1);
    expect((await upsert()).body.results[0].new).toBe(false);
  });

  test('seeds may be older than today', () => {
    sim.seed({ contacts: [{ firstname: 'Ana', createdate: '2020-01-01T00:00:00.000Z' }] });
    expect(sim.contacts()[0]).toMatchObject({ createdAt: '2020-01-01T00:00:00.000Z' });
  });

  test('batches take no longer because there are many records', async () => {
    sim.seed({ contacts: Array.from({ length: 50_000 }, (_, index) => ({ altur_person_key: `k${index}` })) });
    const client = portalClient(sim);
    const inputs = Array.from({ length: 100 }, (_, index) => ({
      ...body.inputs[0],
      id: `k${index * 400}`,
      properties: {},
    }));
    const start = performance.now();
    for (let round = 0; round < 20; round += 1) {
      expect((await client.batch('contacts', 'upsert', { inputs })).body.results[0].new).toBe(false);
    }
    expect((performance.now() - start) / 20).toBeLessThan(100);
  });
});

describe('as a process of its own', () => {
  let child: ChildProcess;
  let address: { url: string; token: string };

  beforeEach(async () => {
    const main = new URL('./hubspot/main.ts', import.meta.url).pathname;
    const options = JSON.stringify({ provisioned: true, token: 'pat-na1-test' });
    child = spawn(process.execPath, [main, options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(child.stdout!), 'line');
    address = JSON.parse(line);
  });

  afterEach(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  const control = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${address.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return (await response.json()) as any;
  };

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

  test('leaves when told to', async () => {
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
