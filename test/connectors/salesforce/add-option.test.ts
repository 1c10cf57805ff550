/** Values that are added to picklists: a definition is written as a whole, so no value may be lost. */
import { describe, expect, test } from '@jest/globals';
import { option } from '../../simulators/salesforce/field.ts';
import { signedIn } from '../../simulators/salesforce/rest-client.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId } from '../fixtures.ts';
import { record, startOrg, type TestOrg, write } from './org.ts';

const start = closedAfterEach(startOrg);

const VALUES = [
  option('New', true),
  { ...option('Old'), label: 'An old one' },
  { ...option('Lost'), active: false },
];

async function orgWith(changes: object = {}, object = 'Contact'): Promise<TestOrg> {
  const org = await start();
  org.salesforce.addField(object, 'Stage__c', 'picklist');
  org.salesforce.changeField(object, 'Stage__c', {
    picklistValues: VALUES,
    restrictedPicklist: true,
    ...changes,
  });
  return org;
}

const soapCalls = ({ salesforce }: TestOrg, name: string) =>
  salesforce.requests.filter(
    ({ path, body }) => path.includes('/Soap/') && JSON.stringify(body).includes(`<${name}`),
  );

/** As Salesforce describes them. */
async function valuesOf({ salesforce }: TestOrg, object = 'Contact') {
  const { call } = await signedIn(salesforce.url);
  const { body } = await call('GET', `/sobjects/${object}/describe`);
  const { fields } = body as {
    fields: readonly { name: string; restrictedPicklist: boolean; picklistValues: typeof VALUES }[];
  };
  return fields.find(({ name }) => name === 'Stage__c')!;
}

const stageOf = (value: string) =>
  record(1, { person: personWithId(1, { fields: [write('LastName', 'Peña'), write('Stage__c', value)] }) });

test('the value is added last, the others stay as they are, and calls can be written with it at once', async () => {
  const org = await orgWith();
  expect(await org.sync([stageOf('Won')])).toMatchObject([{ skippedFields: [{ field: 'Stage__c' }] }]);
  expect(await org.connector.addOption!('person', 'Stage__c', 'Won')).toEqual({
    action: 'created',
    object: 'person',
    name: 'Contact.Stage__c',
    detail: expect.stringContaining('record types'),
  });
  const { picklistValues, restrictedPicklist } = await valuesOf(org);
  expect(picklistValues).toMatchObject([...VALUES, option('Won')]);
  expect(restrictedPicklist).toBe(true);
  expect(await org.sync([stageOf('Won')])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
});

test('a second time it exists, and nothing is written', async () => {
  const org = await orgWith();
  await org.connector.addOption!('person', 'Stage__c', 'Won');
  const before = soapCalls(org, 'upsertMetadata').length;
  expect(before).toBe(1);
  for (const value of ['Won', 'Old'])
    expect(await org.connector.addOption!('person', 'Stage__c', value)).toMatchObject({ action: 'exists' });
  expect(soapCalls(org, 'upsertMetadata')).toHaveLength(before);
});

test('a value that was deactivated is active again', async () => {
  const org = await orgWith();
  expect(await org.connector.addOption!('person', 'Stage__c', 'Lost')).toMatchObject({ action: 'created' });
  const { picklistValues } = await valuesOf(org);
  expect(picklistValues.map(({ value, active }) => [value, active])).toEqual([
    ['New', true],
    ['Old', true],
    ['Lost', true],
  ]);
});

test('a picklist that takes any value gets it too', async () => {
  const org = await orgWith({ restrictedPicklist: false });
  expect(await org.connector.addOption!('person', 'Stage__c', 'Won')).toMatchObject({ action: 'created' });
  expect((await valuesOf(org)).restrictedPicklist).toBe(false);
});

test('a picklist of tasks is one of activities', async () => {
  const org = await orgWith({ type: 'multipicklist' }, 'Task');
  expect(await org.connector.addOption!('call', 'Stage__c', 'Won')).toMatchObject({
    action: 'created',
    name: 'Activity.Stage__c',
  });
  expect((await valuesOf(org, 'Task')).picklistValues.at(-1)).toMatchObject({ value: 'Won' });
});

test('where people are leads or contacts, both get the value', async () => {
  const policy = {
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: [],
    personObjects: ['Lead', 'Contact'],
  } as const;
  const org = await start({ context: { policy } });
  for (const object of ['Lead', 'Contact']) {
    org.salesforce.addField(object, 'Stage__c', 'picklist');
    org.salesforce.changeField(object, 'Stage__c', { picklistValues: VALUES, restrictedPicklist: true });
  }
  expect(await org.connector.addOption!('person', 'Stage__c', 'Won')).toMatchObject({ action: 'created' });
  for (const object of ['Lead', 'Contact'])
    expect((await valuesOf(org, object)).picklistValues.at(-1)).toMatchObject({ value: 'Won' });
});

describe('what cannot be added says where to do it', () => {
  test.each([
    ['a standard field', 'LeadSource', {}, 'skipped', /Setup → Object Manager → Contact → .* → LeadSource/],
    ['a global value set', 'Stage__c', { valueSetName: 'Stages' }, 'skipped', /value set Stages.*Setup/],
    ['a dependent picklist', 'Stage__c', { controllerName: 'A__c' }, 'skipped', /depends on A__c.*Setup/],
    ['a text', 'Altur_Status__c', {}, 'skipped', /is text in Salesforce/],
    ['a field that is missing', 'No_Such__c', {}, 'failed', /does not have it/],
  ])('%s', async (_, field, changes, action, detail) => {
    const org = await orgWith(changes);
    expect(await org.connector.addOption!('person', field, 'Won')).toMatchObject({
      action,
      detail: expect.stringMatching(detail),
    });
    expect(soapCalls(org, 'upsertMetadata')).toEqual([]);
  });

  test('a user who may not change metadata', async () => {
    const org = await orgWith();
    org.salesforce.settings.canCustomize = false;
    expect(await org.connector.addOption!('person', 'Stage__c', 'Won')).toMatchObject({
      action: 'failed',
      detail: expect.stringMatching(/may not change fields.*Setup/),
    });
  });
});
