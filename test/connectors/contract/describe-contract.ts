/** The suite as Jest tests: `describeContract(harness)` is all that a connector's contract test says. */
import { describe, test } from '@jest/globals';
import { CONTRACT_CASES } from './cases.ts';
import type { Harness } from './harness.ts';
import { performCase } from './run-contract.ts';

export function describeContract(harness: Harness): void {
  describe(`${harness.name} keeps the contract`, () => {
    for (const each of CONTRACT_CASES) {
      const notApplicable = each.doesNotApply?.(harness);
      if (notApplicable === undefined) test(each.name, () => performCase(each, harness));
      else test.skip(`${each.name} (does not apply: ${notApplicable})`, () => {});
    }
  });
}
