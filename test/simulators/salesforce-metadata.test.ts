import { beforeEach, expect, test } from '@jest/globals';
import jsforce from 'jsforce';
import { connectionOptions, orgEachTest } from './salesforce/simulated-org.ts';

const org = orgEachTest();
let connection: jsforce.Connection;

beforeEach(async () => {
  connection = new jsforce.Connection(connectionOptions(org.sim.url));
  await connection.authorize({ grant_type: 'client_credentials' });
});

const text = { type: 'Text', length: 255 };
const callId = {
  ...text,
  fullName: 'Activity.Altur_Call_Id__c',
  label: 'Altur call "id" & more',
  externalId: true,
  unique: true,
  caseSensitive: true,
};
const personKey = { ...callId, fullName: 'Contact.Altur_Person_Key__c', label: 'Altur person key' };
const permissionSet = {
  fullName: 'Altur_CRM_Sync',
  label: 'Altur CRM sync',
  fieldPermissions: [
    { field: 'Activity.Altur_Call_Id__c', editable: true, readable: true },
    { field: 'Contact.Altur_Person_Key__c', editable: true, readable: true },
  ],
};

// biome-ignore lint/suspicious/noExplicitAny: the metadata types of jsforce demand fields that the API does not
const metadata = (value: object) => value as any;

const fieldsOf = async (object: string) => {
  const { fields } = await connection.sobject(object).describe();
  return new Map(fields.map((field) => [field.name, field]));
};

async function assign(): Promise<void> {
  const set = await connection.query<{ Id: string }>(
    "SELECT Id FROM PermissionSet WHERE Name = 'Altur_CRM_Sync'",
  );
  const user = await connection.identity();
  const assignment = { PermissionSetId: set.records[0]!.Id, AssigneeId: user.user_id };
  await connection.sobject('PermissionSetAssignment').create(assignment);
}

test('fields are created once', async () => {
  const first = await connection.metadata.upsert('CustomField', metadata([callId, personKey]));
  const second = await connection.metadata.upsert('CustomField', metadata([callId]));
  expect(first).toMatchObject([
    { fullName: 'Activity.Altur_Call_Id__c', created: true, success: true },
    { fullName: 'Contact.Altur_Person_Key__c', created: true, success: true },
  ]);
  expect(second).toMatchObject([{ created: false, success: true }]);
});

test('a new field is invisible until a permission set that grants it is assigned', async () => {
  await connection.metadata.upsert('CustomField', metadata([callId, personKey]));
  expect((await fieldsOf('Task')).has('Altur_Call_Id__c')).toBe(false);

  const granted = await connection.metadata.upsert('PermissionSet', metadata([permissionSet]));
  expect(granted).toMatchObject([{ success: true, created: true }]);
  expect((await fieldsOf('Task')).has('Altur_Call_Id__c')).toBe(false);

  await assign();
  const field = (await fieldsOf('Task')).get('Altur_Call_Id__c');
  const key = { unique: true, externalId: true, caseSensitive: true, length: 255, label: callId.label };
  expect(field).toMatchObject({ ...key, createable: true });
  expect((await fieldsOf('Contact')).has('Altur_Person_Key__c')).toBe(true);
});

test('a permission set is assigned to a user once', async () => {
  await connection.metadata.upsert('CustomField', metadata([callId, personKey]));
  await connection.metadata.upsert('PermissionSet', metadata([permissionSet]));
  await assign();
  await expect(assign()).rejects.toThrow(/duplicate value found/);
});

test('what was created can be read back', async () => {
  await connection.metadata.create('CustomField', metadata([callId]));
  await connection.metadata.create('PermissionSet', metadata([{ ...permissionSet, fieldPermissions: [] }]));
  const [field, missing] = await connection.metadata.read('CustomField', [callId.fullName, 'Lead.Nope__c']);
  expect(field).toMatchObject({ fullName: callId.fullName, type: 'Text', length: 255, unique: true });
  expect(missing?.fullName).toBeFalsy();
  expect(await connection.metadata.read('PermissionSet', 'Altur_CRM_Sync')).toMatchObject({
    label: 'Altur CRM sync',
  });
});

test.each([
  ['a text without a length', { ...callId, length: undefined }, 'REQUIRED_FIELD_MISSING'],
  ['a text that is too long', { ...callId, length: 256 }, 'NUMBER_OUTSIDE_VALID_RANGE'],
  ['a field of an unknown object', { ...callId, fullName: 'Nope.X__c' }, 'FIELD_INTEGRITY_EXCEPTION'],
  ['a field of Task instead of Activity', { ...callId, fullName: 'Task.X__c' }, 'FIELD_INTEGRITY_EXCEPTION'],
  [
    'a long text on Activity',
    { ...callId, type: 'LongTextArea', visibleLines: 3 },
    'FIELD_INTEGRITY_EXCEPTION',
  ],
])('%s is rejected while its neighbour is created', async (_, field, statusCode) => {
  const given = JSON.parse(JSON.stringify(field));
  const results = await connection.metadata.upsert('CustomField', metadata([given, personKey]));
  expect(results).toMatchObject([{ success: false, errors: [{ statusCode }] }, { success: true }]);
});

test('a picklist has the values its metadata lists', async () => {
  const value = ['paid', 'promised'].map((fullName) => ({ fullName, label: fullName, default: false }));
  const valueSet = { restricted: true, valueSetDefinition: { sorted: false, value } };
  const field = {
    fullName: 'Lead.Altur_Status__c',
    label: 'Status',
    type: 'Picklist',
    valueSet,
    required: true,
  };
  await connection.metadata.upsert('CustomField', metadata([field]));
  const described = (await fieldsOf('Lead')).get('Altur_Status__c');
  expect(described?.picklistValues?.map((each) => each.value)).toEqual(['paid', 'promised']);
  expect(described).toMatchObject({ restrictedPicklist: true });
});

test('a picklist is read with its values; a definition that omits one deactivates it', async () => {
  const value = [
    { fullName: 'New', default: true, label: 'New lead' },
    { fullName: 'Old', default: false, label: 'Old' },
  ];
  const valueSet = { restricted: true, valueSetDefinition: { sorted: false, value } };
  const field = { fullName: 'Contact.Stage__c', label: 'Stage', type: 'Picklist', valueSet };
  await connection.metadata.upsert('CustomField', metadata([field]));
  const [read] = await connection.metadata.read('CustomField', ['Contact.Stage__c']);
  expect(read).toMatchObject(field);
  const shorter = { ...valueSet, valueSetDefinition: { sorted: false, value: value.slice(0, 1) } };
  await connection.metadata.upsert('CustomField', metadata([{ ...field, valueSet: shorter }]));
  const [after] = await connection.metadata.read('CustomField', ['Contact.Stage__c']);
  expect(after?.valueSet?.valueSetDefinition?.value).toMatchObject([
    { fullName: 'New', label: 'New lead' },
    { fullName: 'Old', isActive: false },
  ]);
});

test('a permission set cannot grant a field that does not exist', async () => {
  const results = await connection.metadata.upsert('PermissionSet', metadata([permissionSet]));
  expect(results).toMatchObject([
    { success: false, errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY' }] },
  ]);
});

test('the prefix of Activity fields in a permission set may matter', async () => {
  org.sim.settings.activityPermission = 'Task';
  await connection.metadata.upsert('CustomField', metadata([callId, personKey]));
  const results = await connection.metadata.upsert('PermissionSet', metadata([permissionSet]));
  expect(results).toMatchObject([{ success: false }]);
});

test('more than ten components in a call are rejected', async () => {
  const fields = Array.from({ length: 11 }, (_, i) => ({ ...personKey, fullName: `Contact.F${i}__c` }));
  await expect(connection.metadata.upsert('CustomField', metadata(fields))).rejects.toThrow(
    /EXCEEDED_ID_LIMIT/,
  );
});

test('a user who may not customise the org gets an error that says so', async () => {
  org.sim.settings.canCustomize = false;
  await expect(connection.metadata.upsert('CustomField', metadata([callId]))).rejects.toThrow(
    /ModifyMetadata/,
  );
});

test('metadata calls need a valid session and count as API requests', async () => {
  const before = org.sim.apiRequests;
  await connection.metadata.upsert('CustomField', metadata([personKey]));
  expect(org.sim.apiRequests).toBe(before + 1);
  connection.accessToken = 'expired';
  await expect(connection.metadata.upsert('CustomField', metadata([callId]))).rejects.toThrow(
    /Unable to refresh session/,
  );
});
