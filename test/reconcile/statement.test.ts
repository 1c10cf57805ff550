/** Where a call is, by what the CRM, the queue, the ledger and the history say of it; and that the numbers add up. */
import { describe, expect, test } from '@jest/globals';
import type { LedgerEntry } from '../../src/queue/ledger.ts';
import { type CallFacts, type CallPlace, placeOf, sumOf, tallyOf } from '../../src/reconcile/statement.ts';

const ENTRY: LedgerEntry = {
  digest: 'd',
  receivedAt: 1_000,
  syncedAt: 2_000,
  crm: 'hubspot',
  records: { person: '1', call: '2' },
  skippedFields: [],
};
const CAUSE = { code: 'RECORD_REJECTED', reason: 'HubSpot rejects the call' };
const dead = (storedAt: number) => ({ cause: CAUSE, storedAt });

const CASES: readonly (readonly [string, Partial<CallFacts>, CallPlace])[] = [
  ['that the CRM has is there', { recordId: '2', entry: ENTRY }, { in: 'crm' }],
  [
    'that the CRM has is there, though the ledger says that its latest version was skipped',
    { recordId: '2', entry: { ...ENTRY, skippedBy: 'tests' } },
    { in: 'crm' },
  ],
  [
    'that the CRM has is there, though its latest version is a dead letter',
    { recordId: '2', jobs: ['failed'], deadLetter: dead(3_000) },
    { in: 'crm' },
  ],
  ['that the CRM has is there, though nothing is known of it', { recordId: '2' }, { in: 'crm' }],
  ['in the queue waits', { jobs: ['wait'] }, { in: 'queue' }],
  ['that is tried again waits', { jobs: ['delayed'] }, { in: 'queue' }],
  [
    'with a dead letter and a later version in the queue waits',
    { jobs: ['failed', 'wait'] },
    { in: 'queue' },
  ],
  [
    'that is a dead letter has its cause',
    { jobs: ['failed'], deadLetter: dead(900) },
    { in: 'dead-letters', cause: CAUSE },
  ],
  [
    'whose dead letter is of a later version than the ledger has is a dead letter',
    { jobs: ['failed'], deadLetter: dead(3_000), entry: ENTRY },
    { in: 'dead-letters', cause: CAUSE },
  ],
  [
    'whose dead letter is of an earlier version than the one that was skipped is skipped',
    { jobs: ['failed'], deadLetter: dead(900), entry: { ...ENTRY, records: {}, skippedBy: 'tests' } },
    { in: 'mapping', rule: 'tests' },
  ],
  [
    'that was skipped is skipped by its rule',
    { entry: { ...ENTRY, records: {}, skippedBy: 'tests', skippedAt: 2_000 } },
    { in: 'mapping', rule: 'tests' },
  ],
  [
    'of somebody who is not in the CRM is skipped where the mapping logs no calls of such people',
    { entry: { ...ENTRY, records: {}, unassigned: 'NO_MATCH' } },
    { in: 'mapping', rule: 'NO_MATCH' },
  ],
  [
    'that was written and is not there was deleted',
    { entry: ENTRY },
    { in: 'nowhere', why: 'deleted', at: 2_000 },
  ],
  [
    'that was written to another portal is missing in this one',
    { entry: ENTRY, isOfOtherAccount: true },
    { in: 'nowhere', why: 'other-account', at: 2_000 },
  ],
  [
    'that only the history knows as written was deleted',
    { history: { outcome: 'synced', at: 5 } },
    { in: 'nowhere', why: 'deleted', at: 5 },
  ],
  [
    'that only the history knows as skipped is skipped',
    { history: { outcome: 'skipped', at: 5, rule: 'tests' } },
    { in: 'mapping', rule: 'tests' },
  ],
  [
    'that an operator discarded is missing',
    { history: { outcome: 'discarded', at: 5 } },
    { in: 'nowhere', why: 'discarded', at: 5 },
  ],
  ['whose job is gone is lost', { history: { outcome: 'lost', at: 5 } }, { in: 'nowhere', why: 'lost' }],
  ['that ended a moment ago waits for its webhook', { isDue: true }, { in: 'queue' }],
  ['that nobody knows was never received', {}, { in: 'nowhere', why: 'never-received' }],
];

test.each(CASES)('a call %s', (_, facts, place) => {
  expect(placeOf({ jobs: [], ...facts })).toEqual(place);
});

describe('a tally', () => {
  const PLACES = CASES.map(([, , place]) => place);

  test('has every call in one place: the places add up to the calls', () => {
    // Every mixture of up to 40 calls that this generator makes.
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 200; round += 1) {
      const calls = Array.from({ length: random(41) }, (_, n): [string, CallPlace] => [
        `cll_${n}`,
        PLACES[random(PLACES.length)]!,
      ]);
      const tally = tallyOf(calls);
      const { inCrm, skipped, deadLetters, waiting, missing, missingCalls } = tally;
      expect(tally.calls).toBe(calls.length);
      expect(inCrm + sumOf(skipped) + sumOf(deadLetters) + waiting + missing).toBe(tally.calls);
      expect(missingCalls).toHaveLength(missing);
    }
  });

  test('counts rules and causes, the largest first', () => {
    const other = { code: 'FIELD_MISSING', reason: 'no such field', fields: ['a'] };
    const skip = (rule: string): CallPlace => ({ in: 'mapping', rule });
    const places: CallPlace[] = [
      skip('a'),
      skip('b'),
      skip('b'),
      { in: 'dead-letters', cause: other },
      { in: 'dead-letters', cause: CAUSE },
      // Numbers in a reason are those of one call: the cause is the same.
      { in: 'dead-letters', cause: { ...CAUSE } },
    ];
    const tally = tallyOf(places.map((place, n) => [`cll_${n}`, place]));
    expect(tally.skipped).toEqual([
      { rule: 'b', count: 2 },
      { rule: 'a', count: 1 },
    ]);
    expect(tally.deadLetters).toMatchObject([
      { ...CAUSE, count: 2 },
      { ...other, count: 1 },
    ]);
  });
});
