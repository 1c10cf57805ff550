/** Which calls an org has: what the contract suite cannot do to an org. */
import { expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { record, startOrg, tasks } from './org.ts';

const start = closedAfterEach(startOrg);

test('takes one request for ten thousand, read in pages', async () => {
  const { salesforce, connector } = await start();
  const callId = (n: number) => `cll_${String(n).padStart(22, 'gBoLtd02pUI50QwXkFjB')}`;
  const ids = Array.from({ length: 10_000 }, (_, n) => callId(n));
  salesforce.seed({ Task: ids.slice(0, 1_000).map((id) => ({ Subject: 'Call', Altur_Call_Id__c: id })) });
  await connector.schema();
  salesforce.clearRequests();
  const found = await connector.findCalls!(ids);
  expect(found.filter((id) => id !== undefined)).toHaveLength(1_000);
  expect(found.slice(0, 1_000)).toEqual(salesforce.records('Task').map(({ Id }) => Id));
  expect(salesforce.requests).toHaveLength(1);
});

test('finds calls over a year old, which Salesforce has archived, and none in the recycle bin', async () => {
  const org = await start();
  await org.sync([record(1), record(2)]);
  const [first, second] = tasks(org).map(({ Id }) => String(Id));
  org.salesforce.archive(first!);
  org.salesforce.remove('Task', second!);
  expect(await org.connector.findCalls!(['cll_1', 'cll_2'])).toEqual([first, undefined]);
});
