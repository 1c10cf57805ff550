import { expect, test } from '@jest/globals';
import { contact, orgEachTest, task } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

test('a deleted record can be neither updated nor called', async () => {
  const [id] = org.sim.seed({ Contact: [contact] }).Contact!;
  org.sim.remove('Contact', id!);
  const updated = await org.client.update({ Id: id, Title: 'x' });
  const called = await org.client.create({ ...task, WhoId: id });
  expect([...updated.body, ...called.body]).toMatchObject([
    { errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
    { errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
  ]);
});

test('a converted lead is read-only, and names its contact', async () => {
  const lead = { LastName: 'Doe', Company: 'ACME', Altur_Person_Key__c: 'user_1' };
  const [id] = org.sim.seed({ Lead: [lead] }).Lead!;
  const contactId = org.sim.convertLead(id!);
  const upserted = await org.client.upsert('Lead', 'Altur_Person_Key__c', [lead]);
  const called = await org.client.create({ ...task, WhoId: id });
  const { body } = await org.client.query(
    `SELECT IsConverted, ConvertedContactId FROM Lead WHERE Id = '${id}'`,
  );
  const refused = { statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD', message: 'cannot reference converted lead' };
  expect([...upserted.body, ...called.body]).toMatchObject([{ errors: [refused] }, { errors: [refused] }]);
  expect(body.records).toMatchObject([{ IsConverted: true, ConvertedContactId: contactId }]);
});

test('a Task names its person by external id, of either type', async () => {
  const lead = { LastName: 'Roe', Company: 'ACME', Altur_Person_Key__c: 'user_1' };
  const seeded = org.sim.seed({ Contact: [contact], Lead: [lead] });
  const who = (type: string, key: string) => ({ Who: { attributes: { type }, Altur_Person_Key__c: key } });
  const { body } = await org.client.create(
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
  expect(org.sim.records('Task').map((row) => row.WhoId)).toEqual([seeded.Contact![0], seeded.Lead![0]]);
});

test('a person of unstated type is not understood', async () => {
  const { status } = await org.client.create({ ...task, Who: { Altur_Person_Key__c: 'user_1' } });
  expect(status).toBe(400);
});

test('an org may reject persons by external id, by record or by request', async () => {
  org.sim.seed({ Contact: [contact] });
  const nested = { ...task, Who: { attributes: { type: 'Contact' }, Altur_Person_Key__c: 'user_1' } };
  org.sim.settings.nestedParents = 'refuse-record';
  const byRecord = await org.client.create(nested);
  org.sim.settings.nestedParents = 'refuse-request';
  const byRequest = await org.client.create(nested);
  expect(byRecord.body).toMatchObject([{ errors: [{ statusCode: 'INVALID_FIELD' }] }]);
  expect(byRequest).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
});

test('children of one person written by overlapping requests lock each other out', async () => {
  const [id, other] = org.sim.seed({ Contact: [contact, { LastName: 'Roe' }] }).Contact!;
  org.sim.settings.latencyMs = 300;
  const [first, second] = await Promise.all([
    org.client.create({ type: 'Task', Subject: 'a', WhoId: id }, { type: 'Task', Subject: 'b', WhoId: id }),
    org.client.create(
      { type: 'Task', Subject: 'c', WhoId: id },
      { type: 'Task', Subject: 'd', WhoId: other },
    ),
  ]);
  const after = await org.client.create({ type: 'Task', Subject: 'e', WhoId: id });
  const results = [...first.body, ...second.body].map(({ success, errors }) =>
    success ? 'ok' : errors[0].statusCode,
  );
  expect(results.filter((result) => result === 'UNABLE_TO_LOCK_ROW').length).toBeGreaterThanOrEqual(1);
  expect(results.filter((result) => result === 'ok').length).toBeGreaterThanOrEqual(2);
  expect(after.body).toMatchObject([{ success: true }]);
});

test('a task of a lead cannot be related to an account', async () => {
  const { Account, Lead } = org.sim.seed({
    Account: [{ Name: 'ACME' }],
    Lead: [{ LastName: 'Doe', Company: 'ACME' }],
  });
  const { body } = await org.client.create({ ...task, WhoId: Lead![0], WhatId: Account![0] });
  expect(body).toMatchObject([{ success: false, errors: [{ fields: ['WhatId'] }] }]);
});
