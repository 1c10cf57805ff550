import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type RestClient, signedIn } from './salesforce/rest-client.ts';
import { type SalesforceSimulator, startSalesforce } from './salesforce/salesforce.ts';

let sim: SalesforceSimulator;
let client: RestClient;

beforeEach(async () => {
  sim = await startSalesforce({ provisioned: true });
  client = await signedIn(sim.url);
});

afterEach(() => sim.close());

const contact = { LastName: 'Doe', Altur_Person_Key__c: 'user_1' };
const task = { type: 'Task', Subject: 'Call', Altur_Call_Id__c: 'cll_a' };

test('an upsert creates, then updates, and answers in order', async () => {
  const first = await client.upsert('Contact', 'Altur_Person_Key__c', [contact]);
  const other = { LastName: 'Roe', Altur_Person_Key__c: 'user_2' };
  const second = await client.upsert('Contact', 'Altur_Person_Key__c', [
    { ...contact, LastName: 'Dole' },
    other,
  ]);

  expect(first.body).toEqual([
    { id: expect.stringMatching(/^003\w{15}$/), success: true, created: true, errors: [] },
  ]);
  expect(second.body).toEqual([
    { id: first.body[0].id, success: true, created: false, errors: [] },
    { id: expect.any(String), success: true, created: true, errors: [] },
  ]);
  expect(sim.records('Contact')).toMatchObject([{ LastName: 'Dole' }, { LastName: 'Roe' }]);
});

test('keys that differ by case are different people', async () => {
  const rows = [contact, { ...contact, Altur_Person_Key__c: 'USER_1' }];
  const { body } = await client.upsert('Contact', 'Altur_Person_Key__c', rows);
  expect(body).toMatchObject([{ created: true }, { created: true }]);
});

test('rows that share a key in one request all fail', async () => {
  const rows = [contact, { ...contact, Altur_Person_Key__c: 'user_2' }, contact];
  const { body } = await client.upsert('Contact', 'Altur_Person_Key__c', rows);
  const repeated = { statusCode: 'DUPLICATE_VALUE', message: 'Duplicate external id specified: user_1' };
  expect(body).toMatchObject([{ errors: [repeated] }, { success: true }, { errors: [repeated] }]);
  expect(sim.records('Contact')).toHaveLength(1);
});

test('a key that two records have is refused, and so is a row without a key', async () => {
  sim.seed({ Contact: [contact, contact] });
  const { body } = await client.upsert('Contact', 'Altur_Person_Key__c', [contact, { LastName: 'Doe' }]);
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'DUPLICATE_EXTERNAL_ID' }] },
    { errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
  ]);
});

test('an upsert is of one type and by an external id', async () => {
  const mixed = await client.upsert('Contact', 'Altur_Person_Key__c', [contact, task]);
  const byPhone = await client.upsert('Contact', 'Phone', [contact]);
  expect(mixed).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_INPUT' }] });
  expect(byPhone).toMatchObject({ status: 404, body: [{ errorCode: 'NOT_FOUND' }] });
});

test('creating a second record with a unique value names the field and the first record', async () => {
  const first = await client.create(task);
  const again = await client.create(task);
  const id = first.body[0].id.slice(0, 15);
  const message = `duplicate value found: Altur_Call_Id__c duplicates value on record with id: ${id}`;
  expect(again.body).toEqual([
    { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE', message, fields: [] }] },
  ]);
});

test('a duplicate value may come without the names', async () => {
  sim.settings.duplicateValue = 'unknown';
  await client.create(task);
  const { body } = await client.create(task);
  const message = 'duplicate value found: <unknown> duplicates value on record with id: <unknown>';
  expect(body).toMatchObject([{ errors: [{ message }] }]);
});

test('more than 200 records are refused', async () => {
  const rows = Array.from({ length: 201 }, (_, i) => ({ ...contact, Altur_Person_Key__c: `user_${i}` }));
  const over = await client.upsert('Contact', 'Altur_Person_Key__c', rows);
  const full = await client.upsert('Contact', 'Altur_Person_Key__c', rows.slice(1));
  expect(over).toMatchObject({ status: 400, body: [{ errorCode: 'EXCEEDED_ID_LIMIT' }] });
  expect(full.body).toHaveLength(200);
});

test('more than ten chunks of one type are refused', async () => {
  const rows = Array.from({ length: 11 }, (_, i) => (i % 2 ? contact : { type: 'Task', Subject: 'Call' }));
  const { status } = await client.create(...rows);
  expect(status).toBe(400);
});

test('an unknown column refuses the whole request and writes nothing', async () => {
  const { status, body } = await client.create(contact, { ...contact, Nope__c: 'x' });
  const message = "No such column 'Nope__c' on sobject of type Contact";
  expect({ status, body }).toEqual({ status: 400, body: [{ errorCode: 'INVALID_FIELD', message }] });
  expect(sim.records('Contact')).toEqual([]);
});

test('an unknown column may also cost its record only', async () => {
  sim.settings.unknownColumn = 'refuse-record';
  const { body } = await client.create({ ...contact, Nope__c: 'x' }, contact);
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'INVALID_FIELD', fields: ['Nope__c'] }] },
    { success: true },
  ]);
});

test.each([
  ['a text that is too long', { Title: 'x'.repeat(129) }, 'STRING_TOO_LONG', 'Title'],
  ['a missing required field', { LastName: '' }, 'REQUIRED_FIELD_MISSING', 'LastName'],
  ['a number for a text', { Title: 5 }, 'INVALID_TYPE_ON_FIELD_IN_RECORD', 'Title'],
  ['a bad e-mail address', { Email: 'nobody' }, 'INVALID_EMAIL_ADDRESS', 'Email'],
  ['a field nobody may write', { IsDeleted: true }, 'INVALID_FIELD_FOR_INSERT_UPDATE', 'IsDeleted'],
  ['an id of the wrong object', { AccountId: '003Hs0000000001' }, 'MALFORMED_ID', 'AccountId'],
  ['an id of nothing', { AccountId: '001Hs0000zzzzzz' }, 'INVALID_CROSS_REFERENCE_KEY', 'AccountId'],
])('%s fails its record', async (_, fields, statusCode, field) => {
  const { body } = await client.create({ ...contact, ...fields }, { LastName: 'Roe' });
  expect(body).toMatchObject([
    { success: false, errors: [{ statusCode, fields: [field] }] },
    { success: true },
  ]);
});

test.each([
  ['a text for a truth value', { DoNotCall: 'yes' }],
  ['a day that does not exist', { Birthdate: '2024-02-30' }],
  ['an object for a text', { Title: { a: 1 } }],
  ['a time without a zone', { Altur_Last_Call_At__c: '2024-12-19T10:00:00' }],
])('%s fails the whole request', async (_, fields) => {
  const { status, body } = await client.create({ LastName: 'Roe' }, { ...contact, ...fields });
  expect({ status, code: body[0].errorCode }).toEqual({ status: 400, code: 'JSON_PARSER_ERROR' });
  expect(sim.records('Contact')).toEqual([]);
});

test('a restricted picklist takes its own values only', async () => {
  const { body } = await client.create({ ...task, CallType: 'Sideways' }, { ...task, CallType: 'Outbound' });
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', fields: ['CallType'] }] },
    { success: true },
  ]);
});

test('TaskSubtype can be set when a Task is created and not afterwards', async () => {
  const created = await client.create({ ...task, TaskSubtype: 'Call' });
  const [{ id }] = created.body;
  const { body } = await client.update({ type: 'Task', Id: id, TaskSubtype: 'Call', Subject: 'New' });
  const upserted = await client.upsert('Task', 'Altur_Call_Id__c', [{ ...task, TaskSubtype: 'Call' }]);
  const refused = { statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['TaskSubtype'] };
  expect(body).toMatchObject([{ errors: [refused] }]);
  expect(upserted.body).toMatchObject([{ errors: [refused] }]);
  expect(body[0].errors[0].message).toMatch(/^Unable to create\/update fields: TaskSubtype\./);
  expect(sim.records('Task')).toMatchObject([{ Subject: 'Call', TaskSubtype: 'Call' }]);
});

test('an update needs an id, one that exists, and once', async () => {
  const created = await client.create(contact, { LastName: 'Roe' });
  const [one, two] = created.body.map(({ id }: { id: string }) => id);
  const rows = [{ Title: 'a' }, { Id: one, Title: 'b' }, { Id: two, Title: 'c' }, { Id: two, Title: 'd' }];
  const { body } = await client.update(...rows);
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
    { success: true, id: one },
    { errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
    { errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
  ]);
});

test('a deleted record can be neither updated nor called', async () => {
  const [id] = sim.seed({ Contact: [contact] }).Contact!;
  sim.remove('Contact', id!);
  const updated = await client.update({ Id: id, Title: 'x' });
  const called = await client.create({ ...task, WhoId: id });
  expect([...updated.body, ...called.body]).toMatchObject([
    { errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
    { errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
  ]);
});

test('a converted lead is read-only, and tells its contact', async () => {
  const lead = { LastName: 'Doe', Company: 'ACME', Altur_Person_Key__c: 'user_1' };
  const [id] = sim.seed({ Lead: [lead] }).Lead!;
  const contactId = sim.convertLead(id!);
  const upserted = await client.upsert('Lead', 'Altur_Person_Key__c', [lead]);
  const called = await client.create({ ...task, WhoId: id });
  const { body } = await client.query(`SELECT IsConverted, ConvertedContactId FROM Lead WHERE Id = '${id}'`);
  const refused = { statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD', message: 'cannot reference converted lead' };
  expect([...upserted.body, ...called.body]).toMatchObject([{ errors: [refused] }, { errors: [refused] }]);
  expect(body.records).toMatchObject([{ IsConverted: true, ConvertedContactId: contactId }]);
});

test('a Task names its person by external id, of either type', async () => {
  const lead = { LastName: 'Roe', Company: 'ACME', Altur_Person_Key__c: 'user_1' };
  const seeded = sim.seed({ Contact: [contact], Lead: [lead] });
  const who = (type: string, key: string) => ({ Who: { attributes: { type }, Altur_Person_Key__c: key } });
  const { body } = await client.create(
    { ...task, ...who('Contact', 'user_1') },
    { ...task, Altur_Call_Id__c: 'cll_b', ...who('Lead', 'user_1') },
    { ...task, Altur_Call_Id__c: 'cll_c', ...who('Contact', 'user_9') },
  );
  const message = 'Foreign key external ID: user_9 not found for field Altur_Person_Key__c in entity Contact';
  expect(body).toMatchObject([
    { success: true },
    { success: true },
    { errors: [{ statusCode: 'INVALID_FIELD', message }] },
  ]);
  expect(sim.records('Task').map((row) => row.WhoId)).toEqual([seeded.Contact![0], seeded.Lead![0]]);
});

test('a person of unstated type is not understood', async () => {
  const { status } = await client.create({ ...task, Who: { Altur_Person_Key__c: 'user_1' } });
  expect(status).toBe(400);
});

test('an org may refuse persons by external id, by record or by request', async () => {
  sim.seed({ Contact: [contact] });
  const nested = { ...task, Who: { attributes: { type: 'Contact' }, Altur_Person_Key__c: 'user_1' } };
  sim.settings.nestedParents = 'refuse-record';
  const byRecord = await client.create(nested);
  sim.settings.nestedParents = 'refuse-request';
  const byRequest = await client.create(nested);
  expect(byRecord.body).toMatchObject([{ errors: [{ statusCode: 'INVALID_FIELD' }] }]);
  expect(byRequest).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
});

test('allOrNone takes back what the same request wrote', async () => {
  const records = [contact, { Title: 'nameless' }].map((row) => ({
    attributes: { type: 'Contact' },
    ...row,
  }));
  const { body } = await client.call('POST', '/composite/sobjects', { allOrNone: true, records });
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
    { errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
  ]);
  expect(sim.records('Contact')).toEqual([]);
  expect(await client.create(contact)).toMatchObject({ body: [{ success: true }] });
});

test('a scripted record fails as often as it should', async () => {
  sim.failRecord({ key: 'user_1', statusCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain', times: 1 });
  const first = await client.create(contact, { LastName: 'Roe' });
  const second = await client.create(contact);
  expect(first.body).toMatchObject([{ errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }, { success: true }]);
  expect(second.body).toMatchObject([{ success: true }]);
});

test('an alert of a duplicate rule can be overruled, a block cannot', async () => {
  sim.seed({ Contact: [{ LastName: 'Roe', Phone: '+525512345678' }] });
  const body = { records: [{ attributes: { type: 'Contact' }, LastName: 'Doe', Phone: '+525512345678' }] };
  const send = (allowSave: boolean) =>
    client.call('POST', '/composite/sobjects', body, {
      'Sforce-Duplicate-Rule-Header': `allowSave=${allowSave}`,
    });
  const refused = [{ errors: [{ statusCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?' }] }];

  sim.settings.duplicateRules = [{ object: 'Contact', fields: ['Phone'], action: 'alert' }];
  expect(await send(false)).toMatchObject({ body: refused });
  expect(await send(true)).toMatchObject({ body: [{ success: true }] });
  sim.settings.duplicateRules = [{ object: 'Contact', fields: ['Phone'], action: 'block' }];
  expect(await send(true)).toMatchObject({ body: [{ errors: [{ statusCode: 'DUPLICATES_DETECTED' }] }] });
});

test('a single record that a duplicate rule refuses tells what it resembles', async () => {
  const [id] = sim.seed({ Contact: [{ LastName: 'Roe', Phone: '+525512345678' }] }).Contact!;
  sim.settings.duplicateRules = [{ object: 'Contact', fields: ['Phone'], action: 'alert' }];
  const { status, body } = await client.call('POST', '/sobjects/Contact', {
    LastName: 'Doe',
    Phone: '+525512345678',
  });
  expect({ status, code: body[0].errorCode }).toEqual({ status: 400, code: 'DUPLICATES_DETECTED' });
  expect(body[0].duplicateResult.matchResults[0].matchRecords[0].record.Id).toBe(id);
});

test('single records are created, read, updated, upserted and deleted', async () => {
  const { status, body } = await client.call('POST', '/sobjects/Contact', contact);
  expect({ status, body }).toEqual({
    status: 201,
    body: { id: expect.any(String), success: true, errors: [] },
  });
  const path = `/sobjects/Contact/${body.id}`;
  expect(await client.call('PATCH', path, { Title: 'CFO' })).toMatchObject({ status: 204 });
  expect(await client.call('GET', path)).toMatchObject({
    status: 200,
    body: { Title: 'CFO', LastName: 'Doe' },
  });
  const byKey = '/sobjects/Contact/Altur_Person_Key__c';
  expect(await client.call('PATCH', `${byKey}/user_1`, { Title: 'CEO' })).toMatchObject({ status: 200 });
  expect(await client.call('PATCH', `${byKey}/user%2F2`, { LastName: 'Roe' })).toMatchObject({ status: 201 });
  expect(await client.call('DELETE', path)).toMatchObject({ status: 204 });
  expect(sim.records('Contact')).toMatchObject([{ LastName: 'Roe', Altur_Person_Key__c: 'user/2' }]);
});

test('a single record refused says errorCode where a collection says statusCode', async () => {
  const { status, body } = await client.call('POST', '/sobjects/Contact', { Title: 'nameless' });
  const message = 'Required fields are missing: [LastName]';
  const errorCode = 'REQUIRED_FIELD_MISSING';
  expect({ status, body }).toEqual({ status: 400, body: [{ errorCode, message, fields: ['LastName'] }] });
});

test('a field is invisible or read-only as the administrator says', async () => {
  sim.setFieldAccess('Contact', 'Title', 'read');
  sim.setFieldAccess('Contact', 'Department', 'hidden');
  const readOnly = await client.create({ ...contact, Title: 'CEO' });
  const hidden = await client.create({ ...contact, Department: 'x' });
  const { body } = await client.call('GET', '/sobjects/Contact/describe');
  const fields = new Map<string, object>(body.fields.map((field: { name: string }) => [field.name, field]));
  expect(readOnly.body).toMatchObject([{ errors: [{ statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }] }]);
  expect(hidden).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
  expect(fields.get('Title')).toMatchObject({ createable: false, updateable: false });
  expect(fields.has('Department')).toBe(false);
});

test('an object may be closed to the user', async () => {
  sim.settings.readOnlyObjects = ['Task'];
  const { body } = await client.create(task);
  const describe = await client.call('GET', '/sobjects/Task/describe');
  expect(body).toMatchObject([{ errors: [{ statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }] }]);
  expect(describe.body).toMatchObject({ createable: false });
});

test('describe states what a connector must know of a key', async () => {
  const { body } = await client.call('GET', '/sobjects/Task/describe');
  const field = (name: string) => body.fields.find((each: { name: string }) => each.name === name);
  const key = {
    type: 'string',
    length: 255,
    unique: true,
    caseSensitive: true,
    externalId: true,
    idLookup: true,
  };
  expect(field('Altur_Call_Id__c')).toMatchObject({
    ...key,
    createable: true,
    updateable: true,
    nillable: true,
  });
  expect(field('WhoId')).toMatchObject({ relationshipName: 'Who', referenceTo: ['Contact', 'Lead'] });
  expect(field('TaskSubtype')).toMatchObject({ updateable: false, restrictedPicklist: true });
  expect(field('Status').picklistValues).toContainEqual(expect.objectContaining({ value: 'Completed' }));
});

test('children of one person written by overlapping requests lock each other out', async () => {
  const [id, other] = sim.seed({ Contact: [contact, { LastName: 'Roe' }] }).Contact!;
  sim.settings.latencyMs = 300;
  const [first, second] = await Promise.all([
    client.create({ type: 'Task', Subject: 'a', WhoId: id }, { type: 'Task', Subject: 'b', WhoId: id }),
    client.create({ type: 'Task', Subject: 'c', WhoId: id }, { type: 'Task', Subject: 'd', WhoId: other }),
  ]);
  const after = await client.create({ type: 'Task', Subject: 'e', WhoId: id });
  const results = [...first.body, ...second.body].map(({ success, errors }) =>
    success ? 'ok' : errors[0].statusCode,
  );
  expect(results.filter((result) => result === 'UNABLE_TO_LOCK_ROW').length).toBeGreaterThanOrEqual(1);
  expect(results.filter((result) => result === 'ok').length).toBeGreaterThanOrEqual(2);
  expect(after.body).toMatchObject([{ success: true }]);
});

test('a task of a lead cannot be related to an account', async () => {
  const { Account, Lead } = sim.seed({
    Account: [{ Name: 'ACME' }],
    Lead: [{ LastName: 'Doe', Company: 'ACME' }],
  });
  const { body } = await client.create({ ...task, WhoId: Lead![0], WhatId: Account![0] });
  expect(body).toMatchObject([{ success: false, errors: [{ fields: ['WhatId'] }] }]);
});
