import { expect, test } from '@jest/globals';
import { contact, orgEachTest, task } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

test('a field is invisible or read-only as the administrator says', async () => {
  org.sim.setFieldAccess('Contact', 'Title', 'read');
  org.sim.setFieldAccess('Contact', 'Department', 'hidden');
  const readOnly = await org.client.create({ ...contact, Title: 'CEO' });
  const hidden = await org.client.create({ ...contact, Department: 'x' });
  const { body } = await org.client.call('GET', '/sobjects/Contact/describe');
  const fields = new Map<string, object>(body.fields.map((field: { name: string }) => [field.name, field]));
  expect(readOnly.body).toMatchObject([{ errors: [{ statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }] }]);
  expect(hidden.body).toMatchObject([{ success: false, errors: [{ statusCode: 'INVALID_FIELD' }] }]);
  expect(fields.get('Title')).toMatchObject({ createable: false, updateable: false });
  expect(fields.has('Department')).toBe(false);
});

test('an object may be closed to the user', async () => {
  org.sim.settings.readOnlyObjects = ['Task'];
  const { body } = await org.client.create(task);
  const describe = await org.client.call('GET', '/sobjects/Task/describe');
  expect(body).toMatchObject([{ errors: [{ statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }] }]);
  expect(describe.body).toMatchObject({ createable: false });
});

test('describe states what a connector must know of a key', async () => {
  const { body } = await org.client.call('GET', '/sobjects/Task/describe');
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
