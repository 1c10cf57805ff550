/** The contract suite has teeth: it notices each of these deliberately wrong connectors, and not the sample itself. */
import { expect, test } from '@jest/globals';
import { harness, memoHarness } from '../../../fixtures/connectors/memo/contract-harness.ts';
import { CONTRACT_CASES } from '../cases.ts';
import { runContract } from '../run-contract.ts';
import { WRONG_BATCHES_AND_OUTCOMES } from './batches-and-outcomes.ts';
import { WRONG_FAILURES } from './failures.ts';
import { WRONG_MONITORING } from './monitoring.ts';
import { WRONG_PEOPLE_AND_FIELDS } from './people-and-fields.ts';
import { WRONG_SETUP } from './setup.ts';

const WRONG = [
  ...WRONG_PEOPLE_AND_FIELDS,
  ...WRONG_BATCHES_AND_OUTCOMES,
  ...WRONG_FAILURES,
  ...WRONG_SETUP,
  ...WRONG_MONITORING,
];

test.each(WRONG)('a connector that $wrong is caught by: $caughtBy', async ({ caughtBy, create }) => {
  const cases = CONTRACT_CASES.filter(({ name }) => name === caughtBy);
  expect(cases).toHaveLength(1);
  const [result] = await runContract(memoHarness(create), cases);
  expect(result!.ok).toBe(false);
  // It is the contract that is broken, not the wrapper.
  expect((result!.error as Error).name).not.toMatch(/TypeError|ReferenceError/);
});

test('the sample connector is caught by none', async () => {
  const results = await runContract(harness);
  expect(results.filter(({ ok, notApplicable }) => !ok || notApplicable !== undefined)).toEqual([]);
  expect(results).toHaveLength(CONTRACT_CASES.length);
});

test('every case has a name of its own', () => {
  const names = CONTRACT_CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
