/** Looks for every mutant: `node test/simulation/mutants-run.ts [part of a name]`. The exit code is 1 when one is missed. */
import { findMutant } from './find-mutant.ts';
import { FURTHER_MUTANTS, NAMED_MUTANTS } from './mutants.ts';

const MAX_RUNS = 20_000;

const [part = ''] = process.argv.slice(2);
let missed = 0;
for (const mutant of [...NAMED_MUTANTS, ...FURTHER_MUTANTS].filter(({ name }) => name.includes(part))) {
  const { runs, seconds, violations } = await findMutant(mutant, MAX_RUNS);
  if (!violations) missed += 1;
  const found = violations ? `found in schedule ${runs}: ${violations[0]}` : `MISSED in ${runs} schedules`;
  process.stdout.write(`${mutant.name}: ${found} (${seconds.toFixed(1)} s)\n`);
}
process.exitCode = missed === 0 ? 0 : 1;
