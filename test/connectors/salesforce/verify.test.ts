/** Which records of an org are still there, and linked: what the contract suite cannot do to an org. */
import { describe, expect, test } from '@jest/globals';
import type { MatchPolicy, RecordIds } from '../../../connectors/connector.ts';
import { closedAfterEach } from '../closing.ts';
import { record, startOrg, type TestOrg, tasks, write } from './org.ts';

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

describe('a lead', () => {
  const asLead = (n: number) =>
    record(n, {
      person: { ...record(n).person!, fields: [write('LastName', 'Peña'), write('Company', 'Peña')] },
    });
  const policyFor = (personObjects: readonly string[]): MatchPolicy => ({
    onMissing: 'create',
    onMany: 'newest',
    ifEmpty: [],
    personObject: personObjects[0]!,
    personObjects,
  });

  test.each([[['Lead', 'Contact']], [['Lead']]] as const)(
    'that was converted is there as its contact, where people are %s',
    async (objects) => {
      const org = await start({ context: { policy: policyFor(objects) } });
      const [outcome] = await org.sync([asLead(1)]);
      const { records } = outcome as { records: RecordIds };
      expect(records.person).toMatch(/^00Q/);
      const contact = org.salesforce.convertLead(records.person!);
      expect(tasks(org)[0]!.WhoId).toBe(contact);
      expect(await org.connector.verify!([records])).toEqual([PRESENT]);
      org.salesforce.remove('Contact', contact);
      expect(await org.connector.verify!([records])).toEqual([
        { person: 'gone', call: 'present', linked: false },
      ]);
    },
  );

  test('that was converted into a contact which was merged is there as the other one', async () => {
    const org = await start({ context: { policy: policyFor(['Lead', 'Contact']) } });
    const [outcome] = await org.sync([asLead(1)]);
    const { records } = outcome as { records: RecordIds };
    const contact = org.salesforce.convertLead(records.person!);
    const [other] = org.salesforce.seed({ Contact: [{ LastName: 'Peña' }] }).Contact!;
    org.salesforce.merge('Contact', contact, other!);
    expect(await org.connector.verify!([{ person: records.person! }])).toEqual([{ person: 'present' }]);
  });

  test('that was written under an earlier mapping is there, though people are contacts now', async () => {
    const org = await start();
    const [lead] = org.salesforce.seed({ Lead: [{ LastName: 'Peña', Company: 'Peña' }] }).Lead!;
    expect(await org.connector.verify!([{ person: lead! }])).toEqual([{ person: 'present' }]);
  });
});

test('a call in the recycle bin is gone', async () => {
  const org = await start();
  const [call] = await written(org, 1);
  org.salesforce.remove('Task', call!.call!);
  expect(await org.connector.verify!([call!])).toEqual([{ person: 'present', call: 'gone', linked: false }]);
});
