import { expect, test } from '@jest/globals';
import { contact, orgEachTest } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

test('single records are created, read, updated, upserted and deleted', async () => {
  const { status, body } = await org.client.call('POST', '/sobjects/Contact', contact);
  expect({ status, body }).toEqual({
    status: 201,
    body: { id: expect.any(String), success: true, errors: [] },
  });
  const path = `/sobjects/Contact/${body.id}`;
  expect(await org.client.call('PATCH', path, { Title: 'CFO' })).toMatchObject({ status: 204 });
  expect(await org.client.call('GET', path)).toMatchObject({
    status: 200,
    body: { Title: 'CFO', LastName: 'Doe' },
  });
  const byKey = '/sobjects/Contact/Altur_Person_Key__c';
  expect(await org.client.call('PATCH', `${byKey}/user_1`, { Title: 'CEO' })).toMatchObject({ status: 200 });
  expect(await org.client.call('PATCH', `${byKey}/user%2F2`, { LastName: 'Roe' })).toMatchObject({
    status: 201,
  });
  expect(await org.client.call('DELETE', path)).toMatchObject({ status: 204 });
  expect(org.sim.records('Contact')).toMatchObject([{ LastName: 'Roe', Altur_Person_Key__c: 'user/2' }]);
});

test('a single record rejected says errorCode where a collection says statusCode', async () => {
  const { status, body } = await org.client.call('POST', '/sobjects/Contact', { Title: 'nameless' });
  const message = 'Required fields are missing: [LastName]';
  const errorCode = 'REQUIRED_FIELD_MISSING';
  expect({ status, body }).toEqual({ status: 400, body: [{ errorCode, message, fields: ['LastName'] }] });
});
