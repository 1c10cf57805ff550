/**
 * `npm run soak`: 100,000 events in ten minutes, of people who repeat, 2 % of them delivered twice, into a simulated CRM
 * with a real one's limits. Writes docs/soak.svg and docs/soak.md; fails when a call was lost or doubled, a request was
 * rejected, or memory grew.
 *
 * `-- --events 10000 --minutes 1` is a short trial, whose page goes to the system's folder for temporary files; `-- --crm
 * salesforce` writes to the other CRM; `-- --backlog 100000` lets so many calls wait before the workers start.
 */
import { load, machine } from '../machine.ts';
import { checksOf } from './checks.ts';
import { readOptions } from './options.ts';
import { checkLine, summaryOf, titleOf, writePage } from './page.ts';
import { Soak } from './soak.ts';

async function soak(args: readonly string[]): Promise<boolean> {
  const options = readOptions(args);
  const at = new Date();
  const before = load();
  console.log(`${titleOf(options)} (${machine()}, ${before})\n`);
  const { facts, samples, limits } = await new Soak(options).run();
  const checks = checksOf(facts);
  const described = `${machine()}, ${before} before and ${load()} after it`;
  const run = { options, at, machine: described, limits, samples, facts, checks };
  for (const line of [...checks.map(checkLine), '', ...summaryOf(run)]) console.log(line);
  console.log(`\n${await writePage(run)}`);
  return checks.every(({ passed }) => passed);
}

soak(process.argv.slice(2)).then(
  (passed) => process.exit(passed ? 0 : 1),
  (error: Error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
