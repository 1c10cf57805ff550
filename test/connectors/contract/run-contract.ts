/** Runs the suite from a program: one result per case, in order. */
import { CONTRACT_CASES } from './cases.ts';
import type { ContractCase } from './contract-case.ts';
import type { Harness } from './harness.ts';
import { Stage } from './stage.ts';

export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  /** Why the case does not apply; it is `ok` then. */
  readonly notApplicable?: string;
  readonly error?: unknown;
}

export async function runContract(
  harness: Harness,
  cases: readonly ContractCase[] = CONTRACT_CASES,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of cases) results.push(await runCase(each, harness));
  return results;
}

async function runCase(each: ContractCase, harness: Harness): Promise<CaseResult> {
  const { name } = each;
  const notApplicable = each.doesNotApply?.(harness);
  if (notApplicable !== undefined) return { name, ok: true, notApplicable };
  try {
    await performCase(each, harness);
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, error };
  }
}

/** Rejects with what is wrong. */
export async function performCase(each: ContractCase, harness: Harness): Promise<void> {
  const stage = new Stage(harness);
  try {
    await each.run(stage);
  } finally {
    await stage.close();
  }
}
