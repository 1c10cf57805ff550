import { beforeEach, expect, test } from '@jest/globals';
import { portalEachTest } from './hubspot/simulated-portal.ts';

const portal = portalEachTest();
let contact: string;
let call: string;
let task: string;

beforeEach(() => {
  const seed = { contacts: [{}], calls: [{ hs_timestamp: '0' }], tasks: [{ hs_timestamp: '0' }] };
  [contact, call, task] = portal.sim.seed(seed) as [string, string, string];
});

const pair = (from: string, to: string) => ({ from: { id: from }, to: { id: to } });
const associate = (inputs: readonly object[], from = 'calls') =>
  portal.client.post(`/crm/associations/2026-03/${from}/contacts/batch/associate/default`, { inputs });

test('calls and tasks are linked to contacts, answered in both directions', async () => {
  const { status, body } = await associate([pair(call, contact)]);
  expect(status).toBe(200);
  const spec = (associationTypeId: number) => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId });
  expect(body.results).toHaveLength(2);
  expect(body.results).toEqual(
    expect.arrayContaining([
      { ...pair(call, contact), associationSpec: spec(194) },
      { ...pair(contact, call), associationSpec: spec(193) },
    ]),
  );
  await associate([pair(task, contact)], 'tasks');
  expect(portal.sim.associations().map(({ from, typeId }) => [from.type, typeId])).toEqual([
    ['calls', 194],
    ['tasks', 204],
  ]);
});

test('one direction is answered when set to', async () => {
  portal.sim.settings.associationDirections = 1;
  expect((await associate([pair(call, contact)])).body.results).toHaveLength(1);
});

test('linking again changes nothing', async () => {
  await associate([pair(call, contact)]);
  expect((await associate([pair(call, contact)])).status).toBe(200);
  expect(portal.sim.associations()).toHaveLength(1);
});

test('a pair twice in a batch is rejected', async () => {
  expect((await associate([pair(call, contact), pair(call, contact)])).status).toBe(400);
  expect(portal.sim.associations()).toEqual([]);
});

test('an unknown record is reported in the response, the others are linked', async () => {
  const { status, body } = await associate([pair(call, contact), pair('7', contact)]);
  expect([status, body.numErrors, body.results.length]).toEqual([200, 1, 2]);
  expect(body.errors[0]).toMatchObject({ category: 'OBJECT_NOT_FOUND', context: { fromObjectId: ['7'] } });
});

test('a batch holds 2,000 pairs', async () => {
  const pairs = Array.from({ length: 2_001 }, (_, index) => pair(String(index + 1), contact));
  expect((await associate(pairs)).status).toBe(400);
  expect((await associate(pairs.slice(1))).status).toBe(200);
});

test('links are read back, from either end and with the record', async () => {
  await associate([pair(call, contact)]);
  const { status, body } = await portal.client.post('/crm/v4/associations/contacts/calls/batch/read', {
    inputs: [{ id: contact }, { id: '7' }],
  });
  expect([status, body.numErrors]).toEqual([207, 1]);
  expect(body.results[0].to[0].toObjectId).toBe(call);
  const record = await portal.client.get(`/crm/v3/objects/calls/${call}?associations=contacts`);
  expect(record.body.associations.contacts.results).toEqual([{ id: contact, type: 'call_to_contact' }]);
});

test('an archived record leaves no links', async () => {
  await associate([pair(call, contact)]);
  await portal.client.send('DELETE', `/crm/v3/objects/contacts/${contact}`, undefined);
  expect(portal.sim.associations()).toEqual([]);
  expect((await portal.client.get(`/crm/v3/objects/contacts/${contact}`)).status).toBe(404);
});
