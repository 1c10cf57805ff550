import { expect, test } from '@jest/globals';
import { orgEachTest, task } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

test('creating a second record with a unique value names the field and the first record', async () => {
  const first = await org.client.create(task);
  const again = await org.client.create(task);
  const id = first.body[0].id.slice(0, 15);
  const message = `duplicate value found: Altur_Call_Id__c duplicates value on record with id: ${id}`;
  expect(again.body).toEqual([
    { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE', message, fields: [] }] },
  ]);
});

test('a duplicate value may come without the names', async () => {
  org.sim.settings.duplicateValue = 'unknown';
  await org.client.create(task);
  const { body } = await org.client.create(task);
  const message = 'duplicate value found: <unknown> duplicates value on record with id: <unknown>';
  expect(body).toMatchObject([{ errors: [{ message }] }]);
});

test('an alert of a duplicate rule can be overruled, a block cannot', async () => {
  org.sim.seed({ Contact: [{ LastName: 'Roe', Phone: '+525512345678' }] });
  const body = { records: [{ attributes: { type: 'Contact' }, LastName: 'Doe', Phone: '+525512345678' }] };
  const send = (allowSave: boolean) =>
    org.client.call('POST', '/composite/sobjects', body, {
      'Sforce-Duplicate-Rule-Header': `allowSave=${allowSave}`,
    });
  const refused = [{ errors: [{ statusCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?' }] }];

  org.sim.settings.duplicateRules = [{ object: 'Contact', fields: ['Phone'], action: 'alert' }];
  expect(await send(false)).toMatchObject({ body: refused });
  expect(await send(true)).toMatchObject({ body: [{ success: true }] });
  org.sim.settings.duplicateRules = [{ object: 'Contact', fields: ['Phone'], action: 'block' }];
  expect(await send(true)).toMatchObject({ body: [{ errors: [{ statusCode: 'DUPLICATES_DETECTED' }] }] });
});

test('the error of a single record that a duplicate rule rejects lists the records it resembles', async () => {
  const [id] = org.sim.seed({ Contact: [{ LastName: 'Roe', Phone: '+525512345678' }] }).Contact!;
  org.sim.settings.duplicateRules = [{ object: 'Contact', fields: ['Phone'], action: 'alert' }];
  const { status, body } = await org.client.call('POST', '/sobjects/Contact', {
    LastName: 'Doe',
    Phone: '+525512345678',
  });
  expect({ status, code: body[0].errorCode }).toEqual({ status: 400, code: 'DUPLICATES_DETECTED' });
  expect(body[0].duplicateResult.matchResults[0].matchRecords[0].record.Id).toBe(id);
});
