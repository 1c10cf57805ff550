/** The file and the name of the test that runs; undefined outside Jest. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface State {
  readonly testPath?: string;
  readonly currentTestName?: string;
}

export function currentTest(): string | undefined {
  const { expect } = globalThis as { expect?: { getState?(): State } };
  const { testPath, currentTestName } = expect?.getState?.() ?? {};
  if (testPath === undefined) return undefined;
  return `${relative(ROOT, testPath)} › ${currentTestName ?? 'before its first test'}`;
}
