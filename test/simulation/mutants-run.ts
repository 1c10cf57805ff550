/** Looks for every mutant. */
import { UsageError } from '../../src/commands/command-line.ts';
import { runScript } from '../script.ts';
import { findMutant } from './find-mutant.ts';
import { FURTHER_MUTANTS, NAMED_MUTANTS } from './mutants.ts';

const MAX_RUNS = 20_000;
const MUTANTS = [...NAMED_MUTANTS, ...FURTHER_MUTANTS];

const HELP = `node test/simulation/mutants-run.ts [PART OF A NAME]

  Makes each known fault of the core in a copy of the sources, and looks for a schedule that shows it: at most ${MAX_RUNS}.

${MUTANTS.map(({ name }) => `  ${name}`).join('\n')}

  Exit codes: 0 all are found, 1 one is missed, 2 wrong arguments.
`;

async function findMutants([part = '', ...others]: readonly string[]): Promise<number> {
  const chosen = MUTANTS.filter(({ name }) => name.includes(part));
  if (chosen.length === 0 || others.length > 0) {
    const given = [part, ...others].join(' ');
    throw new UsageError(
      `no mutant is named like “${given}”: see \`node test/simulation/mutants-run.ts --help\``,
    );
  }
  let missed = 0;
  for (const mutant of chosen) {
    const { runs, seconds, violations } = await findMutant(mutant, MAX_RUNS);
    if (!violations) missed += 1;
    const found = violations ? `found in schedule ${runs}: ${violations[0]}` : `MISSED in ${runs} schedules`;
    process.stdout.write(`${mutant.name}: ${found} (${seconds.toFixed(1)} s)\n`);
  }
  return missed === 0 ? 0 : 1;
}

runScript(HELP, findMutants);
