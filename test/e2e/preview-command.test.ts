/** `preview` on both simulated CRMs: who the person is, what changes, and what stays as it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anyCall, phoneOf } from '../calls.ts';
import { runCommand } from '../command.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { type SalesforceSimulator, startSalesforce } from '../simulators/salesforce/salesforce.ts';
import { deliver, startProcess, until } from './service-process.ts';

let folder: string;
let redis: RedisServer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'altur-preview-'));
});
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis.stop());
afterAll(() => rmSync(folder, { recursive: true }));

async function preview(event: object, env: Record<string, string>, ...flags: string[]): Promise<string> {
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  const all = { ...BASE_ENVIRONMENT, REDIS_URL: redis.url, ...env };
  const { code, output, errors } = await runCommand(['preview', path, ...flags], all);
  if (code !== 0) throw new Error(`preview ended with ${code}: ${errors}`);
  return output;
}

describe('a person in HubSpot', () => {
  let crm: HubSpotSimulator;

  beforeEach(async () => {
    crm = await startHubSpot({ provisioned: true });
  });
  afterEach(() => crm.close());

  const environment = () => ({
    CRM_CONNECTOR: 'hubspot',
    HUBSPOT_ACCESS_TOKEN: crm.token,
    HUBSPOT_API_URL: crm.url,
  });

  test('is shown with the record, its link, and each value now and after the call', async () => {
    const [id] = crm.seed({ contacts: [{ firstname: 'Sofi', phone: phoneOf(3), altur_status: 'open' }] });
    const output = await preview(anyCall(3), environment());
    expect(output).toMatch(
      new RegExp(`found by phone \\${phoneOf(3)}: record ${id} https://app\\S*/record/0-1/${id}`),
    );
    expect(output).toContain('it gets the key user_3');
    expect(output).toContain('= person.firstname: stays "Sofi": filled already; not written: "Sofía"');
    expect(output).toContain('✓ person.lastname: empty → "Peña 3"');
    expect(output).toContain('✓ person.altur_status: "open" → "status 3"');
    expect(output).toContain(`= person.phone: "${phoneOf(3)}", unchanged`);
    expect(crm.contacts()).toMatchObject([{ properties: { firstname: 'Sofi', altur_status: 'open' } }]);
  });

  test('is one of several, and the mapping’s choice is said', async () => {
    const ids = crm.seed({
      contacts: [
        { firstname: 'Ana', phone: phoneOf(3) },
        { firstname: 'Eva', phone: phoneOf(3) },
      ],
    });
    const output = await preview(anyCall(3), environment());
    expect(output).toContain('2 match, onMany: newest');
    for (const id of ids) expect(output).toMatch(new RegExp(`^ {2}- ${id} https://`, 'm'));
    expect(output.match(/, used$/gm)).toHaveLength(1);
    const mapping = join(folder, 'careful.yaml');
    writeFileSync(mapping, 'match: { onMany: skip }');
    const careful = await preview(anyCall(3), { ...environment(), MAPPING_FILE: mapping });
    expect(careful).toContain('2 records match');
    expect(careful).toContain('onMany: skip: nothing is written');
  });

  test('who is nobody’s is created, options have their labels, and the body is text', async () => {
    const output = await preview(anyCall(3, 3, { transcript: SPOKEN }), environment());
    expect(output).toContain('nobody matches: a new record is created');
    expect(output).toContain('✓ call.hs_call_disposition: Connected [f240bbac-87c9-4f6e-bf70-924b57d47db7]');
    expect(output).toContain('(call.hs_call_body), as the CRM shows it:\n  | Outcome: Connected\n');
    expect(output).toMatch(/^ {2}\| \[00:00\] Sofía Peña 3: 3 < 4 & "yes"$/m);
  });

  test('who was written by a later call keeps that call’s values', async () => {
    const service = await startProcess({ ...environment(), REDIS_URL: redis.url });
    try {
      await deliver(service.url, anyCall(8, 3));
      await until(() => crm.calls().length === 1, 'the later call is written');
      await until(async () => {
        const output = await preview(anyCall(3), environment());
        return output.includes('person.altur_status: stays "status 8": a later call wrote it');
      }, 'the preview knows it');
    } finally {
      await service.stop('SIGKILL');
    }
    const alone = await preview(anyCall(3), { ...environment(), REDIS_URL: 'redis://127.0.0.1:1' });
    expect(alone).toContain('whether a later call has written a field is not known: Redis does not answer');
    expect(alone).toContain('✓ person.altur_status: "status 8" → "status 3"');
  });

  test('is there for scripts with --json', async () => {
    const [id] = crm.seed({ contacts: [{ firstname: 'Sofi', phone: phoneOf(3) }] });
    const { person, fields, account, requests } = JSON.parse(
      await preview(anyCall(3), environment(), '--json'),
    );
    expect(person.lookedUp).toMatchObject({
      match: 'found',
      record: { id, url: expect.stringContaining(id!) },
      matchedBy: { by: 'phone' },
      candidates: [{ id }],
    });
    expect(fields).toContainEqual(
      expect.objectContaining({ field: 'firstname', now: 'Sofi', after: 'Sofía', notWritten: 'filled' }),
    );
    expect([account.id, requests.length > 0]).toEqual([expect.any(String), true]);
  });

  test('is not looked up with --no-resolve, and nothing is asked but the fields', async () => {
    const output = await preview(anyCall(3), environment(), '--no-resolve');
    expect(output).toContain('if nobody matches: create; if several do: newest');
    expect(crm.requests.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('a person in Salesforce', () => {
  let crm: SalesforceSimulator;

  beforeEach(async () => {
    crm = await startSalesforce({ provisioned: true });
  });
  afterEach(() => crm.close());

  test('is shown with the record, its link, and each value now and after the call', async () => {
    const { Contact: [id] = [] } = crm.seed({
      Contact: [{ FirstName: 'Sofi', LastName: 'Peña', MobilePhone: phoneOf(3), Altur_Status__c: 'open' }],
    });
    const output = await preview(anyCall(3), {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: crm.url,
      SALESFORCE_CLIENT_ID: 'client-id',
      SALESFORCE_CLIENT_SECRET: 'client-secret',
    });
    expect(output).toMatch(new RegExp(`found by phone \\${phoneOf(3)}: record ${id} http\\S+${id}`));
    expect(output).toContain('= person.FirstName: stays "Sofi": filled already; not written: "Sofía"');
    expect(output).toContain(`✓ person.Phone: empty → "${phoneOf(3)}"`);
    expect(output).toContain('✓ person.Altur_Status__c: "open" → "status 3"');
    expect(output).toContain('(call.Description), as the CRM shows it:\n  | Outcome: Connected\n');
    expect(crm.records('Contact')).toMatchObject([{ Altur_Status__c: 'open' }]);
    expect(crm.records('Task')).toEqual([]);
  });
});

const SPOKEN = [{ sent_by: 'user', sent_at: '2026-11-24T10:00:03Z', content: '3 < 4 & "yes"' }];
