/** Which calls a portal has: what the contract suite cannot do to a portal. */
import { describe, expect, test } from '@jest/globals';
import { closedAfterEach } from '../closing.ts';
import { record } from '../fixtures.ts';
import { startPortal } from './portal.ts';

const start = closedAfterEach(startPortal);
const records = (count: number) => Array.from({ length: count }, (_, index) => record(index + 1));

test('takes one request for each hundred, and sees calls that search does not see yet', async () => {
  const { sync, connector, asked, hubspot } = await start({ limits: { app: 1_000 }, lagMs: 3_600_000 });
  await sync(records(100));
  asked();
  const ids = records(250).map(({ callId }) => callId);
  const found = await connector.findCalls!(ids);
  const written = new Map(hubspot.calls().map(({ id, properties }) => [properties.altur_call_id, id]));
  expect(written.size).toBe(100);
  expect(found.slice(0, 100)).toEqual(ids.slice(0, 100).map((id) => written.get(id)));
  expect(new Set(found.slice(100))).toEqual(new Set([undefined]));
  expect(asked()).toEqual(Array(3).fill('POST calls/batch/read'));
});

test.each(['refuse', 'ignore'] as const)(
  'searches a portal that does not keep call ids unique (%s)',
  async (uniqueOnActivities) => {
    const { sync, connector, asked, hubspot } = await start({ provisioned: false, uniqueOnActivities });
    await sync([record(1, { callId: 'cll_aB' }), record(2, { callId: 'cll_2' })]);
    hubspot.indexNow();
    asked();
    const [first, second] = hubspot.calls().map(({ id }) => id);
    const ids = ['cll_2', 'cll_aB', 'cll_ab', 'cll_3'];
    expect(await connector.findCalls!(ids)).toEqual([second, first, undefined, undefined]);
    expect(asked()).toEqual(['POST calls/search']);
  },
);

describe('a portal that returns unique values in lower case', () => {
  test('has the call whose id has capitals', async () => {
    const { sync, connector, hubspot } = await start({ lowerCaseUnique: true, uniqueIgnoresCase: true });
    await sync([record(1, { callId: 'cll_aB' })]);
    expect(await connector.findCalls!(['cll_aB', 'cll_C'])).toEqual([hubspot.calls()[0]!.id, undefined]);
  });
});
