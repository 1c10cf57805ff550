/** The scripts of package.json that are no commands of the service: `--help`, and a sentence for wrong arguments. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readOptions as soakOptions } from '../bench/soak/options.ts';
import { BASE_ENVIRONMENT } from './entry.ts';
import { readOptions as matrixOptions } from './faults/matrix/options.ts';
import { readOptions as simulationOptions } from './simulation/options.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

function run(script: string, ...args: readonly string[]) {
  return new Promise<{ code: unknown; output: string; errors: string }>((resolve) => {
    execFile(
      process.execPath,
      [script, ...args],
      { cwd: ROOT, env: BASE_ENVIRONMENT },
      (error, output, errors) => {
        resolve({ code: error?.code ?? 0, output, errors });
      },
    );
  });
}

const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
  scripts: Record<string, string>;
};
const fileOf = (name: string) => scripts[name]!.replace(/^node /, '');

describe.each([
  ['npm run bench', fileOf('bench')],
  ['npm run soak', fileOf('soak')],
  ['npm run test:faults', fileOf('test:faults')],
  ['npm run test:simulation', fileOf('test:simulation')],
  ['node test/simulation/mutants-run.ts', 'test/simulation/mutants-run.ts'],
])('%s', (command, file) => {
  test('explains itself, and does nothing else', async () => {
    const { code, output, errors } = await run(file, '--help');
    expect([code, errors]).toEqual([0, '']);
    expect(output.startsWith(`${command} `)).toBe(true);
  });

  test('answers a wrong argument in one sentence that names the help', async () => {
    const { code, output, errors } = await run(file, 'nonsense');
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(/nonsense.*--help`\n$/);
    expect(errors.trim()).not.toContain('\n');
  });
});

const READERS = { soak: soakOptions, faults: matrixOptions, simulation: simulationOptions };

test.each<[keyof typeof READERS, readonly string[], string]>([
  ['soak', ['--crm', 'pipedrive'], '--crm takes hubspot or salesforce, not pipedrive'],
  ['soak', ['--events='], '--events takes a whole number from 1, not nothing'],
  ['soak', ['--minutes', '0.5'], '--minutes takes a whole number from 1, not 0.5'],
  ['faults', ['--crm', 'pipedrive'], '--crm takes hubspot or salesforce, not pipedrive'],
  ['faults', ['--row', 'none'], '--row: there is no none: see `npm run test:faults -- --help`'],
  ['faults', ['--parallel', '0'], '--parallel takes a whole number from 1, not 0'],
  ['faults', ['--events', '2e99'], '--events takes a whole number from 1, not 2e99'],
  ['simulation', ['--runs', 'many'], '--runs takes a whole number from 1, not many'],
  ['simulation', ['--trace'], '--trace goes with --seed'],
  ['simulation', ['--seed', '1', '--runs', '5'], '--runs goes without --seed'],
  ['simulation', ['--seed', '1', '--faults', '0,x'], '--faults takes a whole number from 0, not x'],
])('%s %j: %s', (script, args, sentence) => {
  expect(() => READERS[script](args)).toThrow(expect.objectContaining({ message: sentence, exitCode: 2 }));
});

test('only a run of the documented size is written into docs/', () => {
  const matrix = (...args: string[]) => matrixOptions(args).isFull;
  expect([matrix(), matrix('--parallel', '3'), matrix('--seed', '5')]).toEqual([true, true, true]);
  expect([matrix('--events', '20'), matrix('--crm', 'hubspot')]).toEqual([false, false]);
  expect(matrix('--row', 'poison', '--row', 'poison')).toBe(false);
  const soak = (...args: string[]) => soakOptions(args).isFull;
  expect([soak(), soak('--crm', 'salesforce'), soak('--backlog', '100000')]).toEqual([true, true, true]);
  expect([soak('--events', '10'), soak('--minutes', '1')]).toEqual([false, false]);
  expect([soak('--people', '5'), soak('--workers', '3')]).toEqual([false, false]);
});
