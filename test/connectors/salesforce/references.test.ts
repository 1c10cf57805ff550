/** Text that Salesforce would take for a reference of a composite request: `@{…}`. */
import { expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { personWithId } from '../fixtures.ts';
import { callFields, contacts, personFields, record, startOrg, tasks, write } from './org.ts';

const start = closedAfterEach(startOrg);

test.each(['@{refPerson.id}', '@{c0[0].id}', 'a @{ b', '@{c0}'])(
  '%s is written as it is, and stops no other call',
  async (text) => {
    const org = await start();
    await org.connector.schema();
    const hostile = record(2, {
      person: personWithId(2, { fields: [...personFields(2), write('Altur_Status__c', text)] }),
      call: { fields: [...callFields(2), write('Description', `they said ${text}`)] },
    });
    const outcomes = await org.sync([record(1), hostile, record(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['synced', 'synced', 'synced']);
    expect(contacts(org).map(({ Altur_Status__c }) => Altur_Status__c)).toContain(text);
    expect(tasks(org).map(({ Description }) => Description)).toContain(`they said ${text}`);
    // The headers of a part go with it when it is sent alone.
    expect(tasks(org)).toHaveLength(3);
  },
);

test('without it all is one composite request', async () => {
  const org = await start();
  await org.connector.schema();
  await org.sync([record(1), record(2)]);
  const writes = org.salesforce.requests.filter(({ path }) => path.endsWith('/composite'));
  expect(writes.length).toBeGreaterThan(0);
});
