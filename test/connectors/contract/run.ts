/**
 * Runs the suite without Jest: `node test/connectors/contract/run.ts <module> [part of a case's name]`. The module
 * exports `harness`. Exits with 1 when a case fails.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONTRACT_CASES } from './cases.ts';
import type { Harness } from './harness.ts';
import { runContract } from './run-contract.ts';

const [module, part = ''] = process.argv.slice(2);
if (module === undefined) {
  console.error(
    'usage: node test/connectors/contract/run.ts <module that exports `harness`> [part of a name]',
  );
  process.exit(2);
}
const { harness } = (await import(pathToFileURL(resolve(module)).href)) as { harness: Harness };
const cases = CONTRACT_CASES.filter(({ name }) => name.includes(part));
let failed = 0;
for (const each of cases) {
  for (const { name, ok, notApplicable, error } of await runContract(harness, [each])) {
    if (notApplicable !== undefined) console.log(`-    ${name}: does not apply, ${notApplicable}`);
    else console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
    if (ok) continue;
    failed += 1;
    console.log(`     ${error instanceof Error ? error.message.replaceAll('\n', '\n     ') : String(error)}`);
  }
}
console.log(`${harness.name}: ${cases.length - failed} of ${cases.length} cases are kept`);
process.exitCode = failed > 0 ? 1 : 0;
