import { expect, test } from '@jest/globals';
import { contact, orgEachTest, task } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

const upsert = (rows: readonly object[]) => org.client.upsert('Contact', 'Altur_Person_Key__c', rows);

test('an upsert creates, then updates, and answers in order', async () => {
  const first = await upsert([contact]);
  const other = { LastName: 'Roe', Altur_Person_Key__c: 'user_2' };
  const second = await upsert([{ ...contact, LastName: 'Dole' }, other]);

  expect(first.body).toEqual([
    { id: expect.stringMatching(/^003\w{15}$/), success: true, created: true, errors: [] },
  ]);
  expect(second.body).toEqual([
    { id: first.body[0].id, success: true, created: false, errors: [] },
    { id: expect.any(String), success: true, created: true, errors: [] },
  ]);
  expect(org.sim.records('Contact')).toMatchObject([{ LastName: 'Dole' }, { LastName: 'Roe' }]);
});

test('keys that differ by case are different people', async () => {
  const rows = [contact, { ...contact, Altur_Person_Key__c: 'USER_1' }];
  const { body } = await upsert(rows);
  expect(body).toMatchObject([{ created: true }, { created: true }]);
});

test('rows that share a key in one request all fail', async () => {
  const rows = [contact, { ...contact, Altur_Person_Key__c: 'user_2' }, contact];
  const { body } = await upsert(rows);
  const repeated = { statusCode: 'DUPLICATE_VALUE', message: 'Duplicate external id specified: user_1' };
  expect(body).toMatchObject([{ errors: [repeated] }, { success: true }, { errors: [repeated] }]);
  expect(org.sim.records('Contact')).toHaveLength(1);
});

test('a key that two records have is rejected, and so is a row without a key', async () => {
  org.sim.seed({ Contact: [contact, contact] });
  const { body } = await upsert([contact, { LastName: 'Doe' }]);
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'DUPLICATE_EXTERNAL_ID' }] },
    { errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
  ]);
});

test('an upsert is of one type and by an external id', async () => {
  const mixed = await upsert([contact, task]);
  const byPhone = await org.client.upsert('Contact', 'Phone', [contact]);
  expect(mixed).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_INPUT' }] });
  expect(byPhone).toMatchObject({ status: 404, body: [{ errorCode: 'NOT_FOUND' }] });
});

test('more than 200 records are rejected', async () => {
  const rows = Array.from({ length: 201 }, (_, i) => ({ ...contact, Altur_Person_Key__c: `user_${i}` }));
  const over = await upsert(rows);
  const full = await upsert(rows.slice(1));
  expect(over).toMatchObject({ status: 400, body: [{ errorCode: 'EXCEEDED_ID_LIMIT' }] });
  expect(full.body).toHaveLength(200);
});
