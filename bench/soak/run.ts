/** `npm run soak`: fails when a call was lost or doubled, a request was rejected, or memory grew. */
import { runScript } from '../../test/script.ts';
import { load, machine } from '../machine.ts';
import { checksOf } from './checks.ts';
import { HELP, readOptions } from './options.ts';
import { checkLine, summaryOf, titleOf, writePage } from './page.ts';
import { Soak } from './soak.ts';

async function soak(args: readonly string[]): Promise<number> {
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
  return checks.every(({ passed }) => passed) ? 0 : 1;
}

runScript(HELP, soak);
