/** The simulated portal where HubSpot is not documented, or differs from portal to portal. */
import { describe, expect, test } from '@jest/globals';
import { startHubSpot } from './hubspot/hubspot.ts';
import { portalClient } from './hubspot/portal-client.ts';
import { person, traced } from './hubspot/simulated-portal.ts';
import { startEachTest } from './kit/each-test.ts';

const started = startEachTest(() => startHubSpot({ provisioned: true, unchecked: 'requests' }));
const client = () => portalClient(started());

describe('a merged contact', () => {
  test.each([
    ['forwarded', { results: [{ id: expect.any(String) }] }],
    ['silent', { results: [] }],
    ['not-found', { results: [], errors: [{ category: 'OBJECT_NOT_FOUND' }] }],
  ] as const)('answers an update by a former id: %s', async (mergedUpdates, expected) => {
    started().settings.mergedUpdates = mergedUpdates;
    const [a, b] = started().seed({
      contacts: [
        { firstname: 'Ana', altur_person_key: 'a' },
        { lastname: 'Ruiz', phone: '5510000001' },
      ],
    });
    const merged = started().merge(a!, b!);
    const inputs = [{ id: b, properties: { city: 'Puebla' } }];
    const { body } = await client().batch('contacts', 'update', { inputs });
    expect(body).toMatchObject({ status: 'COMPLETE', ...expected });
    expect(started().contacts()).toMatchObject([
      {
        id: merged,
        properties: {
          firstname: 'Ana',
          lastname: 'Ruiz',
          altur_person_key: 'a',
          hs_merged_object_ids: `${a};${b}`,
        },
      },
    ]);
  });

  test('is read by any id it ever had', async () => {
    const [a, b, c] = started().seed({ contacts: [{}, {}, {}] });
    const merged = started().merge(started().merge(a!, b!), c!);
    for (const id of [a, b, c]) {
      const { body } = await client().batch('contacts', 'read', { inputs: [{ id }], properties: [] });
      expect(body.results).toMatchObject([{ id: merged }]);
    }
  });
});

test('a cleared value is empty, one that was never set is null', async () => {
  const [id] = started().seed({ contacts: [{ city: 'Puebla' }] });
  await client().batch('contacts', 'update', { inputs: [{ id, properties: { city: '' } }] });
  const { body } = await client().batch('contacts', 'read', {
    inputs: [{ id }],
    properties: ['city', 'country'],
  });
  expect(body.results[0].properties).toMatchObject({ city: '', country: null });
});

test('sensitive properties are listed when they are asked for', async () => {
  const names = async (query: string) =>
    (await client().get(`/crm/properties/2026-03/contacts${query}`)).body.results.map(
      ({ name }: { name: string }) => name,
    );
  started().define('contacts', {
    name: 'saldo',
    type: 'number',
    fieldType: 'number',
    groupName: 'altur',
    dataSensitivity: 'sensitive',
  });
  expect(await names('')).not.toContain('saldo');
  expect(await names('?dataSensitivity=sensitive')).toEqual(['saldo']);
});

test('a new property is neither listed nor taken for a while, but can be read', async () => {
  started().settings.propertyLagMs = 60_000;
  const body = { name: 'late', label: 'Late', type: 'string', fieldType: 'text', groupName: 'altur' };
  expect((await client().post('/crm/properties/2026-03/contacts', body)).status).toBe(201);
  expect((await client().get('/crm/properties/2026-03/contacts')).body.results).not.toContainEqual(
    expect.objectContaining({ name: 'late' }),
  );
  expect((await client().get('/crm/properties/2026-03/contacts/late')).status).toBe(200);
  const inputs = traced([person('a', { late: 'x' })]);
  const { body: answer } = await client().batch('contacts', 'upsert', { inputs });
  expect(JSON.stringify(answer.errors)).toContain('PROPERTY_DOESNT_EXIST');
});

test('a contact takes no more calls than its limit, and a 207 may hold failures only', async () => {
  started().settings.callsPerContact = 1;
  const [contact, first, second] = started().seed({
    contacts: [{}],
    calls: [{ hs_timestamp: '1' }, { hs_timestamp: '2' }],
  });
  const link = (from: string | undefined) =>
    client().post('/crm/associations/2026-03/calls/contacts/batch/associate/default', {
      inputs: [{ from: { id: from }, to: { id: contact } }],
    });
  expect((await link(first)).body.results).not.toEqual([]);
  expect(await link(first)).toMatchObject({ status: 200 });
  expect(await link(second)).toMatchObject({
    status: 207,
    body: { status: 'COMPLETE', results: [], errors: [{ subCategory: 'crm.associations.LIMIT_EXCEEDED' }] },
  });
});

test('a 429 has either shape', async () => {
  Object.assign(started().settings, { limits: { ...started().settings.limits, app: 0 } });
  const refused = async () => (await client().get('/crm/properties/2026-03/contacts')).body;
  expect(await refused()).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' });
  started().settings.rateLimitShape = 'category';
  expect(await refused()).toMatchObject({ category: 'RATE_LIMITS' });
  expect(await refused()).not.toHaveProperty('policyName');
});
