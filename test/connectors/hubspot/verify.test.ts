/** Which records of a portal are still there, and linked: what the contract suite cannot do to a portal. */
import { expect, test } from '@jest/globals';
import type { RecordIds } from '../../../connectors/connector.ts';
import { closedAfterEach } from '../closing.ts';
import { record } from '../fixtures.ts';
import { startPortal, type TestPortal } from './portal.ts';

const start = closedAfterEach(startPortal);

async function written(portal: TestPortal, count: number): Promise<readonly RecordIds[]> {
  const outcomes = await portal.sync(Array.from({ length: count }, (_, index) => record(index + 1)));
  portal.asked();
  return outcomes.map((outcome) => (outcome.status === 'synced' ? outcome.records : {}));
}

test('takes one request for the people of a hundred calls, one for the calls, one for their links', async () => {
  const portal = await start({ limits: { app: 1_000 } });
  const calls = await written(portal, 100);
  const states = await portal.connector.verify!(calls);
  expect(states).toEqual(calls.map(() => ({ person: 'present', call: 'present', linked: true })));
  expect(portal.asked()).toEqual([
    'POST contacts/batch/read',
    'POST calls/batch/read',
    'POST calls/contacts/batch/read',
  ]);
});

test('a call whose link a user removed is not linked', async () => {
  const portal = await start();
  const [call, other] = await written(portal, 2);
  const moved = { ...call!, person: other!.person! };
  expect(await portal.connector.verify!([moved])).toEqual([
    { person: 'present', call: 'present', linked: false },
  ]);
});

test.each(['forwarded', 'not-found'] as const)(
  'contacts that were merged are there, and their calls linked, when batch reads of a former id are %s',
  async (mergedReads) => {
    const portal = await start({ mergedReads });
    const calls = await written(portal, 2);
    const [first, second] = calls;
    portal.hubspot.merge(first!.person!, second!.person!);
    const present = { person: 'present', call: 'present', linked: true };
    expect(await portal.connector.verify!(calls)).toEqual([present, present]);
  },
);
