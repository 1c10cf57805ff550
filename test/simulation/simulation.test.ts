/** The core under random schedules of faults, and whether faults of the core itself would be found. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { findMutant, mutatedText } from './find-mutant.ts';
import { FURTHER_MUTANTS, NAMED_MUTANTS } from './mutants.ts';

const SCHEDULES = 400;
/** Each is found within 50: a multiple, since the plans of all seeds change whenever their making does. */
const MUTANT_SCHEDULES = 1_000;
/** For a machine that is busy with other tests. */
const PATIENCE_MS = 600_000;

/** Replaces the timers of its process, so it has one of its own. */
function simulation(...args: string[]): Promise<string> {
  const command = [fileURLToPath(new URL('run.ts', import.meta.url)), ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(error);
      else resolve(stdout + stderr);
    });
  });
}

test(
  `${SCHEDULES} random schedules of crashes, delays, lost answers and reorderings lose, double and reorder nothing`,
  async () => {
    const output = await simulation('--runs', String(SCHEDULES));
    expect(output).toMatch(new RegExp(`^${SCHEDULES} runs in .*\n$`));
  },
  PATIENCE_MS,
);

test('a seed decides everything: the same one gives the same trace, another one another', async () => {
  const trace = (seed: number) => simulation('--seed', String(seed), '--trace');
  const [first, again, other] = await Promise.all([trace(17), trace(17), trace(18)]);
  expect(first.split('\n').length).toBeGreaterThan(100);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

describe('a fault of the core is found', () => {
  test.each(NAMED_MUTANTS)(
    '$name',
    async (mutant) => {
      const { runs, violations } = await findMutant(mutant, MUTANT_SCHEDULES);
      expect(violations).not.toBeUndefined();
      process.stdout.write(`mutant “${mutant.name}”: found in schedule ${runs}: ${violations![0]}\n`);
    },
    PATIENCE_MS,
  );

  test('whose text must be there, or it would not be one', async () => {
    const [mutant] = NAMED_MUTANTS;
    await expect(findMutant({ ...mutant!, text: 'no such text' }, 1)).rejects.toThrow('0 times');
  });

  test('of those that the long command looks for, each can be made', async () => {
    for (const mutant of FURTHER_MUTANTS) await expect(mutatedText(mutant)).resolves.not.toBeUndefined();
  });
});
