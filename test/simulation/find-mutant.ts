/** Runs the simulation on a copy of the sources in which one mutant lives, in a process of its own. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['src', 'connectors', 'test/simulation', 'test/random.ts', 'test/script.ts', 'package.json'];

export interface Search {
  /** How many schedules ran; the last one is the one that failed, if one did. */
  readonly runs: number;
  readonly violations?: readonly string[];
  readonly seconds: number;
}

/** Ends with the first schedule that shows the mutant, or after `maxRuns`. */
export async function findMutant(mutant: Mutant, maxRuns: number): Promise<Search> {
  const folder = await mkdtemp(join(tmpdir(), 'altur-mutant-'));
  try {
    for (const part of COPIED) await cp(join(ROOT, part), join(folder, part), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, mutant.file), await mutatedText(mutant));
    return await run(folder, maxRuns);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Throws when the text to be changed is not there exactly once. */
export async function mutatedText({ name, file, text, replacement }: Mutant): Promise<string> {
  const parts = (await readFile(join(ROOT, file), 'utf8')).split(text);
  if (parts.length === 2) return parts.join(replacement);
  throw new Error(`“${name}”: the text is ${parts.length - 1} times in ${file}, not once`);
}

function run(folder: string, maxRuns: number): Promise<Search> {
  const args = [join(folder, 'test/simulation/run.ts'), '--json', '--runs', String(maxRuns)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
      // A run that fails ends with 1, after its line of JSON.
      if (error && error.code !== 1) reject(error);
      else if (!stdout.startsWith('{')) reject(new Error(`the simulation did not run: ${stderr}`));
      else resolve(JSON.parse(stdout) as Search);
    });
  });
}
