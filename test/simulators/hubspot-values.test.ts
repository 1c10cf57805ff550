import { describe, expect, test } from '@jest/globals';
import { NOW, person, portalEachTest } from './hubspot/simulated-portal.ts';

const portal = portalEachTest({ provisioned: true });

const upsert = (inputs: readonly object[]) => portal.client.batch('contacts', 'upsert', { inputs });

describe('values', () => {
  const cases: readonly [type: string, name: string, value: string, expected: string][] = [
    ['calls', 'hs_call_direction', 'inbound', 'INVALID_OPTION'],
    ['calls', 'hs_call_direction', 'INBOUND', 'INBOUND'],
    [
      'calls',
      'hs_call_disposition',
      'f240bbac-87c9-4f6e-bf70-924b57d47db7',
      'f240bbac-87c9-4f6e-bf70-924b57d47db7',
    ],
    ['calls', 'hs_call_disposition', 'Connected', 'INVALID_OPTION'],
    ['calls', 'hs_call_duration', '1,200', 'INVALID_INTEGER'],
    ['calls', 'hs_call_duration', '45000', '45000'],
    ['calls', 'hs_timestamp', 'yesterday', 'INVALID_LONG'],
    ['calls', 'hs_timestamp', '1764000000000', '2025-11-24T16:00:00.000Z'],
    ['calls', 'hs_timestamp', '2026-11-24T10:00:00-06:00', '2026-11-24T16:00:00.000Z'],
    ['calls', 'hs_call_body', 'x'.repeat(65_537), 'PROPERTY_VALUE_TOO_LONG'],
    ['calls', 'hs_object_id', '7', 'READ_ONLY_VALUE'],
    ['calls', 'hubspot_owner_id', '7', 'INVALID_OWNER_ID'],
    ['contacts', 'hs_calculated_phone_number', '+525512345678', 'READ_ONLY_VALUE'],
    ['contacts', 'email', 'nobody', 'INVALID_EMAIL'],
    ['contacts', 'birthday', '2026-02-30T10:00:00Z', 'INVALID_DATE'],
    ['contacts', 'birthday', '1764000000000', 'INVALID_DATE'],
    ['contacts', 'birthday', '1763942400000', '2025-11-24'],
    ['contacts', 'is_client', 'yes', 'INVALID_OPTION'],
    ['contacts', 'colours', 'red;pink', 'INVALID_OPTION'],
    ['contacts', 'colours', 'red;blue', 'red;blue'],
  ];

  test.each(cases)(
    '%s.%s given %.30s becomes or is rejected as %.30s',
    async (type, name, value, expected) => {
      const common = { label: 'x', groupName: 'altur' };
      const options = ['red', 'blue'].map((each) => ({ label: each, value: each }));
      await portal.client.post('/crm/v3/properties/contacts/batch/create', {
        inputs: [
          { ...common, name: 'birthday', type: 'date', fieldType: 'date' },
          { ...common, name: 'is_client', type: 'bool', fieldType: 'booleancheckbox' },
          { ...common, name: 'colours', type: 'enumeration', fieldType: 'checkbox', options },
        ],
      });
      const properties = { ...(type === 'calls' && { hs_timestamp: NOW }), [name]: value };
      const { body } = await portal.client.batch(type, 'create', { inputs: [{ properties }] });
      expect(body.results?.[0].properties[name] ?? body.errors[0].code).toBe(expected);
    },
  );

  test('of multiple selections are appended after a leading semicolon', async () => {
    const options = ['red', 'blue'].map((each) => ({ label: each, value: each }));
    const definition = { name: 'colours', label: 'x', groupName: 'altur', type: 'enumeration', options };
    await portal.client.post('/crm/v3/properties/contacts', { ...definition, fieldType: 'checkbox' });
    await upsert([person('a', { colours: 'red' })]);
    await upsert([person('a', { colours: ';blue' })]);
    expect(portal.sim.contacts()[0]!.properties.colours).toBe('red;blue');
  });
});

test('calculated phone numbers follow the phones', async () => {
  const numbers = async (phone: string) => {
    await upsert([person('a', { phone, mobilephone: phone })]);
    const { properties } = portal.sim.contacts()[0]!;
    expect(properties.hs_searchable_calculated_mobile_number).toBe(
      properties.hs_searchable_calculated_phone_number,
    );
    return [properties.hs_calculated_phone_number, properties.hs_searchable_calculated_phone_number];
  };
  expect(await numbers('(55) 1234-5678')).toEqual(['+525512345678', '5512345678']);
  expect(await numbers('+1 305 555 0101')).toEqual(['+13055550101', '3055550101']);
  expect(await numbers('+5215512345678')).toEqual(['+5215512345678', '15512345678']);
  expect(await numbers('unknown')).toEqual([undefined, undefined]);
});
