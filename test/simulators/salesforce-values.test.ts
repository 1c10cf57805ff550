import { expect, test } from '@jest/globals';
import { contact, orgEachTest, task } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

test('an unknown column costs its record only, as recorded: its name is in the text alone', async () => {
  const { body } = await org.client.create({ ...contact, Nope__c: 'x' }, contact);
  const message = "No such column 'Nope__c' on sobject of type Contact";
  expect(body).toEqual([
    { success: false, errors: [{ statusCode: 'INVALID_FIELD', message, fields: [] }] },
    { success: true, id: expect.any(String), errors: [] },
  ]);
});

test('an unknown column may also reject the whole request, which writes nothing', async () => {
  org.sim.settings.unknownColumn = 'refuse-request';
  const { status, body } = await org.client.create(contact, { ...contact, Nope__c: 'x' });
  const message = "No such column 'Nope__c' on sobject of type Contact";
  expect({ status, body }).toEqual({ status: 400, body: [{ errorCode: 'INVALID_FIELD', message }] });
  expect(org.sim.records('Contact')).toEqual([]);
});

test('an empty list of records is rejected', async () => {
  const { status, body } = await org.client.create();
  const message = 'At least 1 record is required';
  expect({ status, body }).toEqual({ status: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING', message }] });
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
  const { body } = await org.client.create({ ...contact, ...fields }, { LastName: 'Roe' });
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
  const { status, body } = await org.client.create({ LastName: 'Roe' }, { ...contact, ...fields });
  expect({ status, code: body[0].errorCode }).toEqual({ status: 400, code: 'JSON_PARSER_ERROR' });
  expect(org.sim.records('Contact')).toEqual([]);
});

test('a restricted picklist takes its own values only', async () => {
  const { body } = await org.client.create(
    { ...task, CallType: 'Sideways' },
    { ...task, CallType: 'Outbound' },
  );
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', fields: ['CallType'] }] },
    { success: true },
  ]);
});

test('TaskSubtype can be set when a Task is created and not afterwards', async () => {
  const created = await org.client.create({ ...task, TaskSubtype: 'Call' });
  const [{ id }] = created.body;
  const { body } = await org.client.update({ type: 'Task', Id: id, TaskSubtype: 'Call', Subject: 'New' });
  const upserted = await org.client.upsert('Task', 'Altur_Call_Id__c', [{ ...task, TaskSubtype: 'Call' }]);
  const refused = { statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['TaskSubtype'] };
  expect(body).toMatchObject([{ errors: [refused] }]);
  expect(upserted.body).toMatchObject([{ errors: [refused] }]);
  expect(body[0].errors[0].message).toMatch(/^Unable to create\/update fields: TaskSubtype\./);
  expect(org.sim.records('Task')).toMatchObject([{ Subject: 'Call', TaskSubtype: 'Call' }]);
});
