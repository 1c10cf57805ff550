import { expect, test } from '@jest/globals';
import { contact, orgEachTest } from './salesforce/simulated-org.ts';

const org = orgEachTest({ provisioned: true });

test('more than ten chunks of one type are rejected', async () => {
  const rows = Array.from({ length: 11 }, (_, i) => (i % 2 ? contact : { type: 'Task', Subject: 'Call' }));
  const { status } = await org.client.create(...rows);
  expect(status).toBe(400);
});

test('an update needs an id, one that exists, and once', async () => {
  const created = await org.client.create(contact, { LastName: 'Roe' });
  const [one, two] = created.body.map(({ id }: { id: string }) => id);
  const rows = [{ Title: 'a' }, { Id: one, Title: 'b' }, { Id: two, Title: 'c' }, { Id: two, Title: 'd' }];
  const { body } = await org.client.update(...rows);
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
    { success: true, id: one },
    { errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
    { errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
  ]);
});

test('allOrNone rolls back the writes of the same request', async () => {
  const records = [contact, { Title: 'nameless' }].map((row) => ({
    attributes: { type: 'Contact' },
    ...row,
  }));
  const { body } = await org.client.call('POST', '/composite/sobjects', { allOrNone: true, records });
  expect(body).toMatchObject([
    { errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
    { errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
  ]);
  expect(org.sim.records('Contact')).toEqual([]);
  expect(await org.client.create(contact)).toMatchObject({ body: [{ success: true }] });
});

test('a scripted record fails as often as it should', async () => {
  org.sim.failRecord({
    key: 'user_1',
    statusCode: 'UNABLE_TO_LOCK_ROW',
    message: 'unable to obtain',
    times: 1,
  });
  const first = await org.client.create(contact, { LastName: 'Roe' });
  const second = await org.client.create(contact);
  expect(first.body).toMatchObject([{ errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }, { success: true }]);
  expect(second.body).toMatchObject([{ success: true }]);
});
