import { beforeEach, describe, expect, test } from '@jest/globals';
import { portalEachTest } from './hubspot/simulated-portal.ts';

const portal = portalEachTest({ provisioned: true, limits: { search: 1_000 } });

const search = (body: object) => portal.client.post('/crm/objects/2026-03/contacts/search', body);
const where = (...filters: object[]) => ({ filterGroups: [{ filters }] });
const names = async (body: object) => {
  const reply = await search({ properties: ['firstname'], ...body });
  return reply.body.results.map((each: { properties: Record<string, string> }) => each.properties.firstname);
};

describe('the index', () => {
  const found = async () =>
    (await search(where({ propertyName: 'firstname', operator: 'EQ', value: 'Ana' }))).body.total;
  const create = () => portal.client.post('/crm/v3/objects/contacts', { properties: { firstname: 'Ana' } });

  test('does not know a write until it is indexed', async () => {
    await create();
    expect(await found()).toBe(0);
    portal.sim.indexNow();
    expect(await found()).toBe(1);
  });

  test('knows it after its lag', async () => {
    portal.sim.settings.lagMs = 30;
    await create();
    const start = Date.now();
    while ((await found()) === 0 && Date.now() - start < 5_000);
    expect(await found()).toBe(1);
    expect(Date.now() - start).toBeGreaterThanOrEqual(20);
  });

  test('drops old values and archived records', async () => {
    const [id] = portal.sim.seed({ contacts: [{ firstname: 'Ana' }] });
    expect(await found()).toBe(1);
    await portal.client.send('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { firstname: 'Eva' } });
    portal.sim.indexNow();
    expect(await found()).toBe(0);
    expect(await names(where({ propertyName: 'firstname', operator: 'EQ', value: 'Eva' }))).toEqual(['Eva']);
    portal.sim.remove('contacts', id!);
    portal.sim.indexNow();
    expect((await search({})).body.total).toBe(0);
    expect(await names(where({ propertyName: 'firstname', operator: 'EQ', value: 'Eva' }))).toEqual([]);
  });
});

describe('filters', () => {
  beforeEach(() => {
    portal.sim.seed({
      contacts: [
        { firstname: 'Ana', phone: '+525512345678', altur_last_call_at: '2026-01-01T00:00:00Z' },
        { firstname: 'Eva', phone: '5512345678', altur_last_call_at: '2026-02-01T00:00:00Z' },
        { firstname: 'Leo', mobilephone: '+15512345678', city: 'Ciudad de México' },
      ],
    });
  });

  test('find phones by their national digits in every country', async () => {
    const filter = { operator: 'IN', values: ['5512345678', '5500000000'] };
    const filterGroups = [
      'hs_searchable_calculated_phone_number',
      'hs_searchable_calculated_mobile_number',
    ].map((propertyName) => ({ filters: [{ ...filter, propertyName }] }));
    expect(await names({ filterGroups })).toEqual(['Ana', 'Eva', 'Leo']);
    expect(await names(where({ propertyName: 'phone', operator: 'EQ', value: '+525512345678' }))).toEqual([
      'Ana',
    ]);
  });

  test('IN needs text in lower case, EQ does not', async () => {
    const filter = { propertyName: 'firstname', operator: 'IN' };
    expect(await names(where({ ...filter, values: ['Ana'] }))).toEqual([]);
    expect(await names(where({ ...filter, values: ['ana'] }))).toEqual(['Ana']);
    expect(await names(where({ propertyName: 'firstname', operator: 'EQ', value: 'ANA' }))).toEqual(['Ana']);
  });

  test.each([
    [{ propertyName: 'altur_last_call_at', operator: 'GT', value: '2026-01-15T00:00:00Z' }, ['Eva']],
    [{ propertyName: 'altur_last_call_at', operator: 'LTE', value: String(Date.UTC(2026, 0, 1)) }, ['Ana']],
    [{ propertyName: 'mobilephone', operator: 'HAS_PROPERTY' }, ['Leo']],
    [{ propertyName: 'mobilephone', operator: 'NOT_HAS_PROPERTY' }, ['Ana', 'Eva']],
    [{ propertyName: 'firstname', operator: 'NEQ', value: 'Ana' }, ['Eva', 'Leo']],
    [{ propertyName: 'firstname', operator: 'NOT_IN', values: ['ana', 'eva'] }, ['Leo']],
    [{ propertyName: 'city', operator: 'CONTAINS_TOKEN', value: 'ciu*' }, ['Leo']],
  ])('%j', async (filter, expected) => {
    expect(await names(where(filter))).toEqual(expected);
  });

  test('of a group all hold', async () => {
    const filters = [
      { propertyName: 'firstname', operator: 'IN', values: ['ana', 'leo'] },
      { propertyName: 'city', operator: 'HAS_PROPERTY' },
    ];
    expect(await names(where(...filters))).toEqual(['Leo']);
  });

  test('sorts and pages', async () => {
    const sorts = [{ propertyName: 'firstname', direction: 'DESCENDING' }];
    const first = await search({ sorts, limit: 2 });
    expect([first.body.total, first.body.results.length, first.body.paging.next.after]).toEqual([3, 2, '2']);
    expect(await names({ sorts, limit: 2, after: '2' })).toEqual(['Ana']);
  });
});

describe('rejected are', () => {
  const filter = { propertyName: 'firstname', operator: 'EQ', value: 'x' };

  test.each([
    ['bodies of more than 3,000 characters', { query: 'x'.repeat(3_000) }],
    ['more than five groups', { filterGroups: Array(6).fill({ filters: [filter] }) }],
    ['more than six filters in a group', where(...Array(7).fill(filter))],
    ['pages of more than 200', { limit: 201 }],
    ['unknown properties', where({ ...filter, propertyName: 'nope' })],
    ['unknown operators', where({ ...filter, operator: 'LIKE' })],
    ['values that are no text', where({ ...filter, value: 5 })],
    ['results beyond 10,000', { after: '10000' }],
  ])('%s', async (_, body) => {
    expect((await search(body)).status).toBe(400);
  });
});
