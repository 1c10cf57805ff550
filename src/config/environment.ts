/** The environment as it is given, whatever the variables mean. The only file that reads it. */
import { env } from 'node:process';
import { cleanValue } from './clean-value.ts';
import { loadEnvFile } from './env-file.ts';
import { placeholderProblem } from './placeholder.ts';
import type { Problems } from './problems.ts';
import { looksLikePath, readText, unreadable } from './text-file.ts';

/** The environment, completed by `.env` where there is one. Throws OperatorError. */
export function readEnvironment(): NodeJS.ProcessEnv {
  loadEnvFile(env);
  return env;
}

/** Blank variables are absent. */
export function presentVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const present: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(environment)) {
    const cleaned = cleanValue(value);
    if (cleaned !== '') present[name] = cleaned;
  }
  return present;
}

/** Those that are set, to nothing but quotes or blanks. */
export function blankVariables(environment: NodeJS.ProcessEnv): ReadonlySet<string> {
  const blank = Object.entries(environment).filter(
    ([, value = '']) => value !== '' && cleanValue(value) === '',
  );
  return new Set(blank.map(([name]) => name));
}

/**
 * The values of `names`, each of which may be given as `NAME_FILE`, a path to its value. Adds to `problems` what cannot
 * be read and what is no value.
 */
export function withFiles(
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
  problems: Problems,
): Record<string, string> {
  const complete: Record<string, string> = { ...variables };
  for (const name of names) {
    const path = variables[`${name}_FILE`];
    const value = path === undefined ? variables[name] : readValue(`${name}_FILE`, path, problems);
    if (value === undefined) continue;
    complete[name] = value;
    const problem = placeholderProblem(name, value);
    if (problem !== undefined) problems.wrong(name, problem);
  }
  return complete;
}

function readValue(variable: string, path: string, problems: Problems): string | undefined {
  try {
    const value = cleanValue(readText(path));
    if (value !== '') return value;
    problems.wrong(
      variable,
      looksLikePath(path) ? `the file ${path} is empty` : 'the file it names is empty',
    );
  } catch (cause) {
    problems.wrong(
      variable,
      looksLikePath(path)
        ? unreadable(path, cause)
        : `names no file that can be read (${(cause as NodeJS.ErrnoException).code}): it takes the path of a file with the value, not the value itself`,
    );
  }
  return undefined;
}

/** A file wins. Answers a warning for each of `names` that is given in both ways, with different values. */
export function givenTwice(
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
  used: Readonly<Record<string, string>>,
): string[] {
  return names
    .filter((name) => variables[name] !== undefined && variables[`${name}_FILE`] !== undefined)
    .filter((name) => variables[name] !== used[name])
    .map((name) => `${name} is not used: ${name}_FILE is set too, and the file wins; remove one of the two`);
}
