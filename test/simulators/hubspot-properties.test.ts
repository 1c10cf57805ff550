import { describe, expect, test } from '@jest/globals';
import { startHubSpot } from './hubspot/hubspot.ts';
import { portalClient } from './hubspot/portal-client.ts';
import { portalEachTest } from './hubspot/simulated-portal.ts';

const portal = portalEachTest();

const path = (type: string) => `/crm/properties/2026-03/${type}`;
const text = {
  name: 'colour',
  label: 'Colour',
  type: 'string',
  fieldType: 'text',
  groupName: 'contactinformation',
};
const create = (property: object, type = 'contacts') => portal.client.post(path(type), property);

describe('the properties of', () => {
  test.each([
    ['contacts', 'phone', { type: 'string', fieldType: 'phonenumber', hasUniqueValue: false }],
    [
      'contacts',
      'hs_calculated_phone_number',
      { calculated: true, modificationMetadata: { readOnlyValue: true } },
    ],
    [
      'calls',
      'hs_call_direction',
      { type: 'enumeration', options: [{ value: 'INBOUND' }, { value: 'OUTBOUND' }] },
    ],
    ['calls', 'hs_call_duration', { type: 'number', groupName: 'call' }],
    ['calls', 'hs_timestamp', { type: 'datetime', fieldType: 'date' }],
    ['tasks', 'hs_task_body', { type: 'string', fieldType: 'html' }],
  ])('%s include %s', async (type, name, expected) => {
    const { status, body } = await portal.client.get(path(type));
    const listed = body.results.find((property: { name: string }) => property.name === name);
    expect([status, listed]).toEqual([200, expect.objectContaining({ name })]);
    expect(listed).toMatchObject(expected);
    expect((await portal.client.get(`${path(type)}/${name}`)).body).toEqual(listed);
  });

  test('a fresh portal are not ours, those of a provisioned one are', async () => {
    expect((await portal.client.get(`${path('calls')}/altur_call_id`)).status).toBe(404);
    const provisioned = await startHubSpot({ provisioned: true });
    const { body } = await portalClient(provisioned).get(`${path('calls')}/altur_call_id`);
    expect(body).toMatchObject({ type: 'string', groupName: 'altur', hasUniqueValue: true });
    await provisioned.close();
  });
});

describe('a new property', () => {
  test('can be written at once', async () => {
    expect((await create(text)).status).toBe(201);
    const { status } = await portal.client.batch('contacts', 'create', {
      inputs: [{ properties: { colour: 'red' } }],
    });
    expect(status).toBe(201);
  });

  test('whose name exists is a conflict', async () => {
    await create(text);
    const { status, body } = await create(text);
    expect([status, body.category]).toEqual([409, 'OBJECT_ALREADY_EXISTS']);
    expect(body.subCategory).toBe('Properties.PROPERTY_WITH_NAME_EXISTS');
  });

  test('of an archived name is the archived one', async () => {
    await create({ ...text, hasUniqueValue: true });
    await portal.client.send('DELETE', `${path('contacts')}/colour`, undefined);
    expect((await portal.client.get(`${path('contacts')}/colour`)).status).toBe(404);
    const { status, body } = await create(text);
    expect([status, body.hasUniqueValue]).toEqual([201, true]);
  });

  test.each([
    ['no label', { label: undefined }],
    ['an unknown group', { groupName: 'nowhere' }],
    ['an unknown type', { type: 'colour' }],
    ['a field type that does not go with its type', { fieldType: 'checkbox' }],
    ['a name in capitals', { name: 'Colour' }],
    [
      'options twice',
      { type: 'enumeration', fieldType: 'select', options: [1, 2].map(() => ({ label: 'a', value: 'a' })) },
    ],
    ['unique values of a type that has none', { type: 'date', fieldType: 'date', hasUniqueValue: true }],
  ])('with %s is rejected', async (_, change) => {
    expect((await create({ ...text, ...change })).status).toBe(400);
  });

  test('in a batch is reported by itself', async () => {
    const inputs = [text, { ...text, name: 'email' }];
    const { status, body } = await portal.client.post(`${path('contacts')}/batch/create`, { inputs });
    expect([status, body.results.length, body.numErrors]).toEqual([207, 1, 1]);
  });

  test('replaces its options as a whole', async () => {
    const options = ['a', 'b'].map((value) => ({ label: value, value }));
    await create({ ...text, type: 'enumeration', fieldType: 'select', options });
    const { body } = await portal.client.send('PATCH', `${path('contacts')}/colour`, {
      options: options.slice(1),
    });
    expect(body.options.map(({ value }: { value: string }) => value)).toEqual(['b']);
  });

  test.each([
    ['lifecyclestage', 400],
    ['hs_lead_status', 200],
  ])('of HubSpot’s own takes new options if it may: %s', async (name, expected) => {
    const options = [{ label: 'Won', value: 'won', description: 'is a customer' }];
    const { status, body } = await portal.client.send('PATCH', `${path('contacts')}/${name}`, { options });
    expect(status).toBe(expected);
    if (status === 200) expect(body.options).toMatchObject(options);
  });
});

describe('a unique property', () => {
  const unique = { ...text, hasUniqueValue: true };
  const onCalls = { ...unique, groupName: 'call' };

  test('is one of ten at most', async () => {
    for (let index = 0; index < 10; index += 1) {
      expect((await create({ ...unique, name: `key_${index}` })).status).toBe(201);
    }
    expect((await create(unique)).status).toBe(400);
    expect((await create(text)).status).toBe(201);
  });

  test('of calls may be accepted, rejected, or made a plain one', async () => {
    expect((await create(onCalls, 'calls')).body.hasUniqueValue).toBe(true);
    portal.sim.settings.uniqueOnActivities = 'refuse';
    expect((await create({ ...onCalls, name: 'refused' }, 'calls')).status).toBe(400);
    portal.sim.settings.uniqueOnActivities = 'ignore';
    const { status, body } = await create({ ...onCalls, name: 'ignored' }, 'calls');
    expect([status, body.hasUniqueValue]).toEqual([201, false]);
    const input = { id: 'a', idProperty: 'ignored', properties: { hs_timestamp: '0' } };
    const upsert = await portal.client.batch('calls', 'upsert', { inputs: [input] });
    expect(upsert.body.message).toBe('Unable to perform update/upsert by non-unique 0-48 property ignored');
  });
});

test('groups are listed and created once', async () => {
  const group = { name: 'altur', label: 'Altur' };
  expect((await portal.client.post(`${path('calls')}/groups`, group)).status).toBe(201);
  expect((await portal.client.post(`${path('calls')}/groups`, group)).status).toBe(409);
  const { body } = await portal.client.get(`${path('calls')}/groups`);
  expect(body.results.map(({ name }: { name: string }) => name)).toEqual(['call', 'altur']);
});
