/** The mappings users copy: those in docs/mapping.md are valid, the two in examples/mappings run on simulated CRMs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadMapping } from '../../src/mapping/load.ts';
import { anyCall, phoneOf } from '../calls.ts';
import { runCommand } from '../command.ts';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { BASE_ENVIRONMENT } from '../entry.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { startHubSpot } from '../simulators/hubspot/hubspot.ts';
import { startSalesforce } from '../simulators/salesforce/salesforce.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const reference = read('docs/mapping.md');
const pieces = [...reference.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!);
const examples = readdirSync(new URL('../../examples/mappings/', import.meta.url));
const example = (name: string) => read(`examples/mappings/${name}.yaml`);

let folder: string;
let redis: RedisServer;
let service: ServiceProcess | undefined;
let releases: (() => unknown)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'altur-docs-'));
  redis = await startRedis();
  releases = [];
});
afterEach(async () => {
  await service?.stop('SIGKILL');
  service = undefined;
  for (const release of releases) await release();
  await redis.stop();
  rmSync(folder, { recursive: true });
});

/** Provisions with the example as MAPPING_FILE, starts the service, delivers the events. */
async function run(yaml: string, crm: Record<string, string>, events: readonly object[], language = 'en') {
  const mappingFile = join(folder, 'mapping.yaml');
  writeFileSync(mappingFile, yaml);
  const env = { ...crm, MAPPING_FILE: mappingFile, REDIS_URL: redis.url, LANGUAGE: language };
  const whole = { ...env, ...BASE_ENVIRONMENT, ALTUR_WEBHOOK_SECRET: 'x' };
  expect(await runCommand(['provision'], whole)).toMatchObject({ code: 0 });
  service = await startProcess(env);
  for (const event of events) expect((await deliver(service.url, event)).status).toBe(200);
  return service;
}

const call = (index: number, fields: object, customer: object) => {
  const event = anyCall(index);
  return { ...event, ...fields, campaign_user: { ...(event.campaign_user as object), ...customer } };
};

const matchOptions = {
  personObjects: ['Contact', 'Lead'],
  associations: ['company', 'opportunity'],
  assignmentRules: true,
};

test.each(pieces)('piece %# of docs/mapping.md is a valid mapping', (yaml) => {
  expect(() => loadMapping(yaml, 'docs/mapping.md', matchOptions)).not.toThrow();
});

test('both examples are there, valid mappings, and linked from docs/mapping.md', () => {
  expect(examples.toSorted()).toEqual(['collections.yaml', 'sales.yaml']);
  for (const file of examples) {
    const path = `examples/mappings/${file}`;
    expect(() => loadMapping(read(path), path, matchOptions)).not.toThrow();
    expect(reference).toContain(`](../${path})`);
  }
});

test('the collections example: promises, and the check on the day after', async () => {
  const portal = await startHubSpot({ owners: ['81234567'] });
  releases.push(portal.close);
  const promise = { 'Payment Amount': '$1,200.50', 'Payment Date': '27/11/2026', 'Payment Medium': 'app' };
  const events = [
    call(1, {}, { extracted_data: promise, tags: ['payment_promise'] }),
    call(1, { id: 'cll_later' }, { extracted_data: {}, tags: ['vip'], status: 'answered' }),
    call(2, { status: 'busy' }, { tags: [] }),
    call(3, { status: 'failed' }, {}),
    call(4, {}, { tags: ['Número equivocado'] }),
  ];
  await run(
    example('collections'),
    { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_API_URL: portal.url },
    events,
    'es',
  );
  await until(() => portal.calls().length === 4 && portal.tasks().length === 2, 'all is written');

  const [person, wrong, ...others] = portal.contacts().map(({ properties }) => properties);
  expect(others).toEqual([]);
  expect(person).toMatchObject({
    altur_person_key: 'user_1',
    promise_amount: '1200.5',
    promise_date: '2026-11-27',
    hs_lead_status: 'CONNECTED',
    altur_tags: 'payment_promise;vip',
  });
  expect(wrong).toMatchObject({ altur_person_key: 'user_4' });
  const tasks = new Map(portal.tasks().map(({ properties }) => [properties.altur_task_key, properties]));
  expect(tasks.get('cll_test000001:check-payment')).toMatchObject({
    hs_task_subject: '¿Pagó Sofía Peña 1 $1,200.50?',
    // The day after is a Saturday, on which this team works.
    hs_timestamp: '2026-11-28T16:00:00.000Z',
    hs_task_priority: 'HIGH',
    hubspot_owner_id: '81234567',
  });
  expect(tasks.get('cll_test000004:wrong-number')).toMatchObject({ hs_task_subject: 'Buscar otro número' });
});

test('the sales example: a lead found by its id, one found by phone, one that is new', async () => {
  const org = await startSalesforce();
  releases.push(org.close);
  const { Lead = [] } = org.seed({
    Lead: [
      { LastName: 'Peña', Company: 'Acme', Status: 'Open - Not Contacted' },
      { LastName: 'Gómez', Company: 'Beta', MobilePhone: phoneOf(2).replace('+52', '') },
    ],
  });
  const [seller] = org.seed({ User: [{ Username: 'ana@example.com', Name: 'Ana', IsActive: true }] }).User!;
  const demo = { 'Demo Date': '30/11/2026', Seller: 'ana', Company: 'Gamma' };
  await run(
    // The seller of this org.
    example('sales').replace('005000000000001AAA', seller!),
    {
      CRM_CONNECTOR: 'salesforce',
      SALESFORCE_LOGIN_URL: org.url,
      SALESFORCE_CLIENT_ID: org.settings.clientId,
      SALESFORCE_CLIENT_SECRET: org.settings.clientSecret,
    },
    [
      call(1, {}, { f_id: Lead[0], status: 'converted', extracted_data: demo }),
      call(2, { status: 'no-answer' }, { f_id: undefined }),
      call(3, {}, { f_id: 'not-an-id', extracted_data: {} }),
      call(4, { duration: 1 }, {}),
    ],
  );
  await until(() => org.records('Task').length === 5, 'all is written');

  const [first, second, third, ...others] = org.records('Lead');
  expect(others).toEqual([]);
  expect(first).toMatchObject({ Id: Lead[0], Company: 'Acme', Status: 'Working - Contacted' });
  expect(second).toMatchObject({ Id: Lead[1], Company: 'Beta' });
  expect(third).toMatchObject({ Company: 'Unknown', LeadSource: 'Phone Inquiry', LastName: 'Peña 3' });
  const tasks = new Map(org.records('Task').map((task) => [task.Altur_Call_Id__c, task]));
  expect(tasks.get('cll_test000001')).toMatchObject({
    Subject: 'Diana Arroyo and Sofía Peña 1: Connected',
    WhoId: Lead[0],
  });
  expect(tasks.get('cll_test000001:demo')).toMatchObject({
    Subject: 'Demo for Sofía Peña 1',
    ActivityDate: '2026-11-30',
    OwnerId: seller,
    Priority: 'High',
  });
  expect(tasks.get('cll_test000002:try-again')).toMatchObject({ Subject: 'Try again', WhoId: Lead[1] });
  expect(tasks.get('cll_test000002')).toMatchObject({ CallDisposition: 'No answer' });
});
