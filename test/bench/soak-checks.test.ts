/** When a soak has passed: everything as it must be; and each thing that can be wrong fails it by itself. */
import { expect, test } from '@jest/globals';
import { checksOf, type SoakFacts } from '../../bench/soak/checks.ts';

const worker = { process: 'worker 1', warm: 150, middle: 152, end: 155, most: 170 };
const ledger = [{ name: 'result of a call (ledger)', keys: 100, bytes: 40_000 }];
const good: SoakFacts = {
  events: 100,
  redeliveries: 2,
  answers: { '200 queued': 100, '200 duplicate': 2 },
  p50Ms: 2,
  p99Ms: 9,
  lateMs: 3,
  seconds: 61,
  drainSeconds: 1,
  largestWaiting: 40,
  deadLetters: 0,
  crm: { missingCalls: 0, doubledCalls: 0, unlinkedCalls: 0, missingPeople: 0, doubledPeople: 0 },
  requests: { 200: 9, 207: 1 },
  memory: [{ process: 'ingress', warm: 200, middle: 210, end: 205, most: 230 }, worker],
  redis: { startBytes: 1e6, mostBytes: 9e6, endBytes: 3e6, ledger, others: [], restBytes: 2e6 },
};

const failed = (facts: SoakFacts) =>
  checksOf(facts)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);

test('everything as it must be passes', () => {
  expect(failed(good)).toEqual([]);
});

test.each<[string, Partial<SoakFacts>]>([
  ['every delivery was answered 200', { answers: { ...good.answers, '503 undefined': 1 } }],
  ['every delivery was answered 200', { answers: { '200 queued': 99, '200 duplicate': 2 } }],
  ['every redelivery was answered as a duplicate', { answers: { '200 queued': 101, '200 duplicate': 1 } }],
  ['every call is in the CRM exactly once, linked to its person', { crm: { ...good.crm, missingCalls: 1 } }],
  ['every call is in the CRM exactly once, linked to its person', { crm: { ...good.crm, doubledCalls: 1 } }],
  ['every call is in the CRM exactly once, linked to its person', { crm: { ...good.crm, unlinkedCalls: 1 } }],
  ['every person is in the CRM exactly once', { crm: { ...good.crm, missingPeople: 1 } }],
  ['every person is in the CRM exactly once', { crm: { ...good.crm, doubledPeople: 1 } }],
  ['no call is a dead letter', { deadLetters: 1 }],
  ['the CRM answered no request 429', { requests: { ...good.requests, 429: 1 } }],
  ['the memory of worker 1 is flat', { memory: [{ ...worker, end: 180 }] }],
  ['no worker takes more than 200 MB', { memory: [{ ...worker, most: 200 }] }],
  ['Redis is back at its start, the ledger aside', { redis: { ...good.redis, restBytes: 7e6 } }],
])('a soak does not pass unless %s', (name, wrong) => {
  expect(failed({ ...good, ...wrong })).toEqual([name]);
});
