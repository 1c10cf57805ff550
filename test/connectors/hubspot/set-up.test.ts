/** The set-up of a portal: properties, keys, scopes, versions. */
import { describe, expect, test } from '@jest/globals';
import type { FieldDefinition } from '../../../connectors/connector.ts';
import { jsonResponse } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { POLICY, personWithId, record, records } from '../fixtures.ts';
import { startPortal, statuses, type TestPortal } from './portal.ts';

const start = closedAfterEach(startPortal);

const gets = ({ hubspot }: TestPortal) => hubspot.requests.filter(({ method }) => method === 'GET').length;

describe('the schema', () => {
  test('is read once, with one request for each kind of record and two for sensitive data, however many ask', async () => {
    const portal = await start();
    await Promise.all([portal.connector.schema(), portal.connector.schema(), portal.sync([record(1)])]);
    expect(gets(portal)).toBe(5);
  });

  test('is only read: a portal gets our keys when calls are about to be written, not before', async () => {
    const portal = await start({ provisioned: false });
    await portal.connector.schema();
    await portal.connector.check();
    await portal.connector.dryRun([record(1)], true);
    const written = () => portal.asked().filter((each) => !/(read|search|update)$/.test(each));
    expect(written()).toEqual([]);
    await Promise.all([portal.connector.prepare(), portal.sync([record(1)])]);
    expect(written().filter((each) => each === 'POST contacts')).toHaveLength(1);
    expect(portal.hubspot.calls()).toHaveLength(1);
  });

  test.each([
    ['a field that is not there', 'customer_number', /customer_number, which the CRM does not have/],
    ['a field that is not unique', 'city', /city, which is not unique/],
  ])('people cannot be found by %s: the queue waits', async (_, field, message) => {
    const portal = await start({ context: { policy: { ...POLICY, matchFields: [field] } } });
    for (const work of [portal.connector.prepare(), portal.sync([record(1)])]) {
      await expect(work).rejects.toMatchObject({
        kind: 'unauthorized',
        message: expect.stringMatching(message),
      });
    }
    expect(portal.hubspot.contacts()).toEqual([]);
  });

  test('people can be found by their email', async () => {
    const portal = await start({ context: { policy: { ...POLICY, matchFields: ['email'] } } });
    expect(statuses(await portal.sync([record(1)]))).toEqual(['synced']);
  });

  test('skips the kinds of record the mapping does not write', async () => {
    const portal = await start({ context: { objects: ['person', 'call'] } });
    await portal.connector.schema();
    expect(gets(portal)).toBe(4);
  });

  test('says of each field what can be written to it', async () => {
    const { connector } = await start();
    const { person, call } = await connector.schema();
    expect(person.get('altur_person_key')).toMatchObject({ type: 'text', unique: true, maxLength: 65_536 });
    expect(person.get('altur_last_call_at')).toMatchObject({ type: 'datetime', updateable: true });
    expect(person.get('hs_calculated_phone_number')).toMatchObject({ updateable: false });
    expect(call.get('hs_call_body')).toMatchObject({ type: 'text', markup: 'html' });
    expect(call.get('hs_call_duration')).toMatchObject({ type: 'number' });
    expect(call.get('hs_call_status')?.options).toContainEqual({
      value: 'COMPLETED',
      label: expect.any(String),
    });
  });

  test('is read in the former version where HubSpot no longer knows the current one', async () => {
    const { sync, hubspot } = await start({ generations: ['legacy'] });
    expect(statuses(await sync(records(2)))).toEqual(['synced']);
    expect(hubspot.requests.at(-1)?.path).toBe('/crm/v4/associations/calls/contacts/batch/associate/default');
  });

  test.each([
    ['associations', /\/crm\/associations\/2026/],
    ['records', /\/crm\/objects\/2026/],
  ])('does not decide for the %s, which may be served in another version', async (_, retired) => {
    const { sync, hubspot } = await start({
      gateway: ({ url }) =>
        retired.test(url) ? jsonResponse(404, { message: 'resource not found' }) : undefined,
    });
    expect(statuses(await sync(records(3)))).toEqual(['synced']);
    const before = hubspot.requests.length;
    expect(statuses(await sync(records(3, 4)))).toEqual(['synced']);
    expect(hubspot.requests.length - before).toBe(5);
    expect(hubspot.associations()).toHaveLength(6);
  });

  test('says that the URL is not HubSpot’s when no version is known there', async () => {
    const { connector } = await start({ generations: [] });
    await expect(connector.schema()).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining('HUBSPOT_API_URL'),
    });
  });

  test('is asked for again after a failure', async () => {
    const { connector, hubspot } = await start();
    hubspot.fault({ kind: 'status', status: 503, path: 'properties' });
    await expect(connector.schema()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(connector.schema()).resolves.toHaveProperty('person');
  });
});

describe('a portal without our keys', () => {
  test('gets them by itself, and the log says so', async () => {
    const { sync, hubspot, log } = await start({ provisioned: false });
    const person = personWithId(1, { fields: [] });
    expect(await sync([record(1, { person })])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { altur_person_key: 'customer-1' } }]);
    expect(log.entries.filter(({ message }) => message === 'HubSpot property created')).toHaveLength(3);
  });

  test('is not changed by commands that only read', async () => {
    const { connector, hubspot } = await start({ provisioned: false });
    await connector.schema();
    await connector.check();
    const { requests: shown } = await connector.dryRun([record(1)], true);
    expect(shown.map(({ path }) => path.split('/').slice(-2).join('/'))).toContain('batch/upsert');
    expect(
      hubspot.requests.filter(({ path }) => path.includes('properties')).map(({ method }) => method),
    ).toEqual(Array(10).fill('GET'));
  });

  test('says what to do when the token may not create them', async () => {
    const { sync } = await start({ provisioned: false, missingScopes: ['crm.schemas.contacts.write'] });
    await expect(sync([record(1)])).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringMatching(/altur-crm-sync provision.*crm\.schemas\.contacts\.write/),
    });
  });

  test('starts again by itself once somebody has fixed it', async () => {
    const { sync, hubspot } = await start({
      provisioned: false,
      missingScopes: ['crm.schemas.contacts.write'],
    });
    await expect(sync([record(1)])).rejects.toMatchObject({ kind: 'unauthorized' });
    hubspot.settings.missingScopes = [];
    expect(statuses(await sync([record(1)]))).toEqual(['synced']);
  });

  test.each(['refuse', 'ignore'] as const)(
    'that does not keep call ids unique has calls searched for first (%s)',
    async (uniqueOnActivities) => {
      const { sync, asked, hubspot, log } = await start({ provisioned: false, uniqueOnActivities });
      const first = await sync(records(3));
      expect(statuses(first)).toEqual(['synced']);
      hubspot.indexNow();
      asked();
      expect(await sync(records(3))).toEqual(first);
      expect(asked()).toContain('POST calls/search');
      expect(hubspot.calls()).toHaveLength(3);
      expect(hubspot.associations()).toHaveLength(3);
      expect(log.entries.filter(({ message }) => message.includes('not unique'))).toHaveLength(1);
    },
  );

  test('updates a call the ledger knows although search does not see it yet', async () => {
    const { sync, hubspot } = await start({
      provisioned: false,
      uniqueOnActivities: 'ignore',
      lagMs: 3_600_000,
    });
    const [outcome] = await sync([record(1)]);
    const known = outcome!.status === 'synced' ? outcome!.records : {};
    await sync([record(1, { existing: known })]);
    expect(hubspot.calls()).toHaveLength(1);
    hubspot.remove('calls', hubspot.calls()[0]!.id);
    expect(statuses(await sync([record(1, { existing: known })]))).toEqual(['synced']);
    expect(hubspot.calls()).toHaveLength(1);
  });
});

describe('provision', () => {
  const FIELDS: FieldDefinition[] = [
    { object: 'person', name: 'altur_status', label: 'Altur status', type: 'text' },
    { object: 'person', name: 'altur_amount', label: 'Amount', type: 'number' },
    { object: 'person', name: 'altur_promised', label: 'Promised', type: 'boolean' },
    { object: 'person', name: 'altur_due', label: 'Due', type: 'date' },
    { object: 'person', name: 'altur_mood', label: 'Mood', type: 'option', options: ['good', 'bad'] },
    { object: 'person', name: 'altur_any', label: 'Any', type: 'option' },
    { object: 'person', name: 'customer_number', label: 'Number', type: 'text', unique: true },
    { object: 'person', name: 'Altur Ñ', label: 'Bad name', type: 'text' },
  ];

  test('waits for the second’s quota by itself, but not for the day’s', async () => {
    const { connector, hubspot } = await start({ provisioned: false });
    // Somebody else uses the same key.
    hubspot.fault({
      kind: 'status',
      status: 429,
      body: { policyName: 'TEN_SECONDLY_ROLLING' },
      headers: { 'x-hubspot-ratelimit-interval-milliseconds': '300' },
    });
    const changes = await connector.provision(FIELDS.slice(0, 3));
    expect([...new Set(changes.map(({ action }) => action))]).toEqual(['created']);
    expect(hubspot.requests.some(({ status }) => status === 429)).toBe(true);
    const spent = await start({ provisioned: false, limits: { daily: 3 } });
    await expect(spent.connector.provision(FIELDS)).rejects.toMatchObject({ kind: 'rate_limited' });
  });

  test('creates keys and fields, says what it did, and does nothing the second time', async () => {
    const { connector } = await start({ provisioned: false });
    const changes = await connector.provision(FIELDS);
    const done = Object.fromEntries(changes.map(({ name, action }) => [name, action]));
    expect(done).toEqual({
      altur_person_key: 'created',
      altur_call_id: 'created',
      altur_task_key: 'created',
      altur_status: 'created',
      altur_amount: 'created',
      altur_promised: 'created',
      altur_due: 'created',
      altur_mood: 'created',
      altur_any: 'created',
      customer_number: 'created',
      'Altur Ñ': 'skipped',
    });
    const { person } = await connector.schema();
    expect(person.get('altur_mood')?.options?.map(({ value }) => value)).toEqual(['good', 'bad']);
    expect(person.get('altur_any')).toMatchObject({ type: 'text' });
    expect(person.get('customer_number')).toMatchObject({ unique: true });
    expect(person.get('altur_due')).toMatchObject({ type: 'date' });
    const again = await connector.provision(FIELDS);
    expect([...new Set(again.map(({ action }) => action))]).toEqual(['exists', 'skipped']);
  });

  test('asks for the property group once for each kind of record, however many properties it creates', async () => {
    const { connector, hubspot } = await start({ provisioned: false });
    await connector.provision(FIELDS);
    const groups = hubspot.requests.filter(({ path }) => path.endsWith('/groups')).map(({ path }) => path);
    expect(groups).toHaveLength(new Set(groups).size);
    expect(groups).toHaveLength(3);
  });

  test('says when a field is there with another type', async () => {
    const { connector } = await start();
    const changes = await connector.provision([{ ...FIELDS[0]!, type: 'number' }]);
    expect(changes).toContainEqual({
      action: 'exists',
      object: 'person',
      name: 'altur_status',
      detail: expect.stringContaining('is text in HubSpot'),
    });
  });

  test('says when the portal does not keep calls unique', async () => {
    const { connector } = await start({ provisioned: false, uniqueOnActivities: 'ignore' });
    const changes = await connector.provision([]);
    expect(changes.find(({ name }) => name === 'altur_call_id')?.detail).toMatch(/not keep it unique/);
  });

  test('reports what it may not do', async () => {
    const { connector } = await start({ provisioned: false, missingScopes: ['crm.schemas.contacts.write'] });
    expect(await connector.provision([])).toContainEqual({
      action: 'failed',
      object: 'person',
      name: 'altur_person_key',
      detail: expect.stringContaining('crm.schemas.contacts.write'),
    });
  });
});

describe('check', () => {
  const faulty = async ({ connector }: TestPortal) =>
    (await connector.check()).filter(({ level }) => level !== 'ok');

  test('finds nothing wrong with a portal that is ready, and writes nothing', async () => {
    const portal = await start();
    expect(await faulty(portal)).toEqual([]);
    expect(portal.hubspot.contacts()).toHaveLength(0);
  });

  test('finds missing keys', async () => {
    const subjects = (await faulty(await start({ provisioned: false }))).map(({ subject }) => subject);
    expect(subjects).toEqual(['contacts.altur_person_key', 'calls.altur_call_id', 'tasks.altur_task_key']);
  });

  test('finds a missing right to write', async () => {
    const findings = await faulty(await start({ missingScopes: ['crm.objects.contacts.write'] }));
    expect(findings[0]).toMatchObject({
      level: 'error',
      subject: 'writing contacts',
      message: expect.stringContaining('crm.objects.contacts.write'),
    });
  });

  test('finds a missing right to read records, which reading the properties does not need', async () => {
    const findings = await faulty(await start({ missingScopes: ['crm.objects.contacts.read'] }));
    expect(findings.map(({ level, subject }) => `${level} ${subject}`)).toEqual([
      'error reading contacts',
      'error reading calls',
      'error reading tasks',
    ]);
    expect(findings[0]!.message).toContain('crm.objects.contacts.read');
  });

  test('finds a wrong token', async () => {
    const findings = await faulty(await start({ accessToken: 'wrong' }));
    expect(findings).toMatchObject([{ level: 'error', message: expect.stringContaining('401') }]);
    expect(JSON.stringify(findings)).not.toContain('wrong"');
  });

  test('finds that HubSpot does not answer', async () => {
    const portal = await startPortal();
    await portal.hubspot.close();
    expect(await faulty(portal)).toMatchObject([
      { level: 'error', message: expect.stringContaining('ECONNREFUSED') },
    ]);
  });
});
