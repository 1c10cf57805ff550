/** Which records of an org are still there, and linked: what the contract suite cannot do to an org. */
import { expect, test } from '@jest/globals';
import type { RecordIds } from '../../../connectors/connector.ts';
import { closedAfterEach } from '../closing.ts';
import { record, startOrg, type TestOrg, write } from './org.ts';

const start = closedAfterEach(startOrg);

const PRESENT = { person: 'present', call: 'present', linked: true };

async function written(org: TestOrg, count: number): Promise<readonly RecordIds[]> {
  const calls = Array.from({ length: count }, (_, index) => record(index + 1));
  const outcomes = await org.sync(calls);
  org.salesforce.clearRequests();
  return outcomes.map((outcome) => (outcome.status === 'synced' ? outcome.records : {}));
}

test('takes one request for the people of two hundred calls, and one for the calls and tasks', async () => {
  const org = await start();
  const calls = await written(org, 200);
  expect(await org.connector.verify!(calls)).toEqual(calls.map(() => PRESENT));
  expect(org.salesforce.requests).toHaveLength(2);
});

test('a call that a user gave to another contact is not linked', async () => {
  const org = await start();
  const [call, other] = await written(org, 2);
  expect(await org.connector.verify!([{ ...call!, person: other!.person! }])).toEqual([
    { ...PRESENT, linked: false },
  ]);
});

test('a contact that was merged into another one is there, and its call is linked', async () => {
  const org = await start();
  const [first, second] = await written(org, 2);
  org.salesforce.merge('Contact', first!.person!, second!.person!);
  expect(await org.connector.verify!([first!, second!])).toEqual([PRESENT, PRESENT]);
});

test('a lead that was converted is there as its contact', async () => {
  const policy = {
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: ['LastName', 'Company'],
    personObject: 'Lead',
    personObjects: ['Lead', 'Contact'],
  } as const;
  const org = await start({ context: { policy } });
  const person = { ...record(1).person!, fields: [write('LastName', 'Peña'), write('Company', 'Peña')] };
  const [outcome] = await org.sync([record(1, { person })]);
  const { records } = outcome as { records: RecordIds };
  expect(records.person).toMatch(/^00Q/);
  org.salesforce.convertLead(records.person!);
  expect(await org.connector.verify!([records])).toEqual([PRESENT]);
});

test('a call in the recycle bin is gone', async () => {
  const org = await start();
  const [call] = await written(org, 1);
  org.salesforce.remove('Task', call!.call!);
  expect(await org.connector.verify!([call!])).toEqual([{ person: 'present', call: 'gone', linked: false }]);
});
