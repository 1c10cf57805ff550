/** A code that hits everybody is not the fault of one row: the queue waits; others that go through show the opposite. */
import { describe, expect, test } from '@jest/globals';
import { CrmError, type Outcome } from '../../../connectors/connector.ts';
import { closedAfterEach } from '../closing.ts';
import { contacts, record, startOrg, type TestOrg, tasks } from '../salesforce/org.ts';

const startUnread = closedAfterEach(startOrg);
async function start(): Promise<TestOrg> {
  const org = await startUnread();
  await org.connector.schema();
  return org;
}
const range = (count: number, first = 1) => Array.from({ length: count }, (_, n) => record(first + n));
const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);

const MAINTENANCE = {
  statusCode: 'ORG_IS_READ_ONLY_FOR_NOW',
  message: "Updates can't be made during maintenance. Try again when maintenance is complete.",
};

describe('an org in which every row is rejected with one code', () => {
  test('makes the queue wait for a handful of requests, and goes on by itself', async () => {
    const org = await start();
    for (const { callId, person } of range(50)) {
      org.salesforce.failRecord({ key: person!.key, ...MAINTENANCE, times: 1_000 });
      org.salesforce.failRecord({ key: callId, ...MAINTENANCE, times: 1_000 });
    }
    const before = org.salesforce.apiRequests;
    const error = await org.sync(range(50)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CrmError);
    expect(error).toMatchObject({
      kind: 'unavailable',
      code: 'CRM_REJECTS_EVERYTHING',
      message: expect.stringContaining(MAINTENANCE.statusCode),
    });
    expect(org.salesforce.apiRequests - before).toBeLessThanOrEqual(9);
    const again = org.salesforce.apiRequests;
    await expect(org.sync(range(50))).rejects.toMatchObject({ code: 'CRM_REJECTS_EVERYTHING' });
    // One looks the people up, one writes.
    expect(org.salesforce.apiRequests - again).toBe(2);
    org.salesforce.clearRecordFaults();
    expect(new Set(statuses(await org.sync(range(50))))).toEqual(new Set(['synced']));
    expect([contacts(org).length, tasks(org).length]).toEqual([50, 50]);
  });

  test('is seen over several batches of one call each', async () => {
    const org = await start();
    await org.sync(range(4));
    const calls = range(4).map((each) => ({ ...each, callId: `later_${each.callId}` }));
    for (const { callId } of calls) org.salesforce.failRecord({ key: callId, ...MAINTENANCE, times: 1_000 });
    expect(statuses(await org.sync(calls.slice(0, 1)))).toEqual(['dead-letter']);
    expect(statuses(await org.sync(calls.slice(1, 2)))).toEqual(['dead-letter']);
    await expect(org.sync(calls.slice(2, 3))).rejects.toMatchObject({ code: 'CRM_REJECTS_EVERYTHING' });
  });
});

test('calls that are rejected alike while others are written are dead letters: it is their own fault', async () => {
  const org = await start();
  for (const n of [1, 2, 3, 4, 5])
    org.salesforce.failRecord({ key: `cll_${n}`, statusCode: 'NEW_CODE', message: 'no', times: 1_000 });
  expect(statuses(await org.sync(range(6)))).toEqual([...Array(5).fill('dead-letter'), 'synced']);
});

test('calls that are rejected alike while hardly any is written are tried again before they are dead letters', async () => {
  const org = await start();
  for (const { callId } of range(39))
    org.salesforce.failRecord({ key: callId, statusCode: 'NEW_CODE', message: 'no', times: 1_000 });
  const outcomes = await org.sync(range(40));
  expect(statuses(outcomes)).toEqual([...Array(39).fill('retry'), 'synced']);
  expect(outcomes[0]).toMatchObject({ code: 'RECORD_REJECTED', reason: expect.stringContaining('NEW_CODE') });
  org.salesforce.clearRecordFaults();
  expect(new Set(statuses(await org.sync(range(40))))).toEqual(new Set(['synced']));
  expect([contacts(org).length, tasks(org).length]).toEqual([40, 40]);
});

test('tasks that are all rejected while their calls are written make no other call wait', async () => {
  const org = await start();
  const withTasks = range(8).map((each) => ({
    ...each,
    tasks: [{ key: `${each.callId}:call-back`, fields: each.call!.fields }],
  }));
  for (const {
    tasks: [task],
  } of withTasks)
    org.salesforce.failRecord({ key: task!.key, statusCode: 'NEW_CODE', message: 'no', times: 1_000 });
  const outcomes = await org.sync([...withTasks, ...range(2, 9)]);
  expect(statuses(outcomes)).toEqual([...Array(8).fill('dead-letter'), 'synced', 'synced']);
});

test('a person who is written ends the suspicion', async () => {
  const org = await start();
  await org.sync(range(4));
  const calls = range(4).map((each) => ({ ...each, callId: `later_${each.callId}` }));
  for (const { callId } of [calls[0]!, calls[1]!, calls[3]!])
    org.salesforce.failRecord({ key: callId, statusCode: 'NEW_CODE', message: 'no', times: 1_000 });
  const outcomes = [];
  for (const call of calls) outcomes.push(...(await org.sync([call])));
  expect(statuses(outcomes)).toEqual(['dead-letter', 'dead-letter', 'synced', 'dead-letter']);
});
