/** Options that are added to properties: the list is replaced as a whole, so none may be lost. */
import { describe, expect, test } from '@jest/globals';
import type { FieldWrite } from '../../../connectors/connector.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId, record } from '../fixtures.ts';
import { startPortal, type TestPortal } from './portal.ts';

const start = closedAfterEach(startPortal);

const STAGE = {
  name: 'stage',
  label: 'Stage',
  groupName: 'altur',
  type: 'enumeration',
  fieldType: 'select',
} as const;
const OPTIONS = [
  { value: 'new', label: 'New lead', displayOrder: 0, hidden: false, description: 'not called yet' },
  { value: 'old', label: 'Old', displayOrder: 1, hidden: true },
];

async function portalWith(definition: object = {}): Promise<TestPortal> {
  const portal = await start();
  portal.hubspot.define('contacts', { ...STAGE, options: OPTIONS, ...definition });
  return portal;
}

/** As HubSpot lists them. */
async function optionsOf({ hubspot }: TestPortal, name = 'stage') {
  const response = await fetch(`${hubspot.url}/crm/v3/properties/contacts/${name}`, {
    headers: { authorization: `Bearer ${hubspot.token}` },
  });
  return ((await response.json()) as { options: typeof OPTIONS }).options;
}

const updates = ({ hubspot }: TestPortal) =>
  hubspot.requests.filter(({ method }) => method === 'PATCH').length;

const stageOf = (value: string) => {
  const field: FieldWrite = { field: 'stage', value, when: 'always' };
  return record(1, { person: personWithId(1, { fields: [field] }) });
};

test('the option is added last, the others stay as they are, and calls can be written with it at once', async () => {
  const portal = await portalWith();
  const [before] = await portal.sync([stageOf('won')]);
  expect(before).toMatchObject({ status: 'synced', skippedFields: [{ field: 'stage' }] });
  expect(await portal.connector.addOption!('person', 'stage', 'won')).toEqual({
    action: 'created',
    object: 'person',
    name: 'stage',
  });
  expect(await optionsOf(portal)).toEqual([
    ...OPTIONS,
    { value: 'won', label: 'won', displayOrder: 2, hidden: false },
  ]);
  const [after] = await portal.sync([stageOf('won')]);
  expect(after).toMatchObject({ status: 'synced', skippedFields: [] });
  expect(portal.hubspot.contacts()[0]?.properties.stage).toBe('won');
});

test('a second time it exists, and nothing is written; hidden options count', async () => {
  const portal = await portalWith();
  await portal.connector.addOption!('person', 'stage', 'won');
  const before = updates(portal);
  for (const option of ['won', ' won ', 'old'])
    expect(await portal.connector.addOption!('person', 'stage', option)).toMatchObject({ action: 'exists' });
  expect(updates(portal)).toBe(before);
});

test('options that are added at the same moment are all there', async () => {
  const portal = await portalWith();
  const added = ['a', 'b', 'c', 'd'];
  const changes = await Promise.all(
    added.map((each) => portal.connector.addOption!('person', 'stage', each)),
  );
  expect(changes.map(({ action }) => action)).toEqual(['created', 'created', 'created', 'created']);
  expect((await optionsOf(portal)).map(({ value }) => value)).toEqual(['new', 'old', ...added]);
});

test('an option that another process undoes at the same moment is added once more', async () => {
  const undo = { armed: false, done: 0 };
  const portal = await start({
    gateway({ method }) {
      if (method === 'PATCH') undo.armed = true;
      else if (undo.armed && undo.done === 0) {
        undo.done += 1;
        portal.hubspot.define('contacts', { ...STAGE, options: OPTIONS });
      }
      return undefined;
    },
  });
  portal.hubspot.define('contacts', { ...STAGE, options: OPTIONS });
  expect(await portal.connector.addOption!('person', 'stage', 'won')).toMatchObject({ action: 'created' });
  expect(undo.done).toBe(1);
  expect(updates(portal)).toBe(2);
  expect((await optionsOf(portal)).map(({ value }) => value)).toEqual(['new', 'old', 'won']);
});

describe('what cannot be added says why, and nothing is written', () => {
  test.each([
    ['to HubSpot’s own list', 'lifecyclestage', 'won', 'skipped', /HubSpot keeps its options itself/],
    ['to a list from elsewhere', 'hubspot_owner_id', '7', 'skipped', /HubSpot keeps its options itself/],
    ['to a text', 'altur_status', 'won', 'skipped', /is text in HubSpot/],
    ['to a property that is missing', 'no_such_property', 'won', 'failed', /does not have it/],
    ['without a text', 'stage', '  ', 'failed', /needs a text/],
    ['under a label that is taken', 'stage', 'NEW LEAD', 'skipped', /its value is “new”/],
    ['with the separator of lists', 'stages', 'a;b', 'failed', /cannot contain “;”/],
  ])('%s', async (_, field, option, action, detail) => {
    const portal = await portalWith();
    portal.hubspot.define('contacts', { ...STAGE, name: 'stages', fieldType: 'checkbox', options: OPTIONS });
    expect(await portal.connector.addOption!('person', field, option)).toMatchObject({
      action,
      object: 'person',
      name: field,
      detail: expect.stringMatching(detail),
    });
    expect(updates(portal)).toBe(0);
  });

  test('with a token that may not change properties', async () => {
    const portal = await portalWith();
    portal.hubspot.settings.missingScopes = ['crm.schemas.contacts.write'];
    expect(await portal.connector.addOption!('person', 'stage', 'won')).toMatchObject({
      action: 'failed',
      detail: expect.stringContaining('crm.schemas.contacts.write'),
    });
  });

  test('while HubSpot is down, it is a CrmError, and works afterwards', async () => {
    const portal = await portalWith();
    portal.hubspot.fault({ kind: 'status', path: '/contacts/stage$', status: 503, body: {} });
    await expect(portal.connector.addOption!('person', 'stage', 'won')).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await portal.connector.addOption!('person', 'stage', 'won')).toMatchObject({ action: 'created' });
  });
});

test('HubSpot’s own list that customers may change gets the option', async () => {
  const portal = await start();
  expect(await portal.connector.addOption!('person', 'hs_lead_status', 'CALLED')).toMatchObject({
    action: 'created',
  });
  expect((await optionsOf(portal, 'hs_lead_status')).at(-1)).toMatchObject({ value: 'CALLED' });
});

test('a sensitive property keeps its options', async () => {
  const portal = await portalWith({ name: 'risk', dataSensitivity: 'sensitive' });
  expect(await portal.connector.addOption!('person', 'risk', 'high')).toMatchObject({ action: 'created' });
});
