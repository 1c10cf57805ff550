/** The environment as it is given, whatever the variables mean. The only file that reads it. */
import { readFileSync } from 'node:fs';
import { env, loadEnvFile } from 'node:process';
import { OperatorError } from '../operator-error.ts';

/** The environment, completed by `.env` where there is one; a variable that is already set wins. */
export function readEnvironment(): NodeJS.ProcessEnv {
  try {
    loadEnvFile('.env');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      throw new OperatorError(`cannot read .env (${code}): fix its permissions, or remove it`, {
        code: 'ENV_FILE_UNREADABLE',
        cause,
      });
    }
  }
  return env;
}

/** Blank variables are absent. */
export function presentVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value.trim() !== '') present[name] = value.trim();
  }
  return present;
}

/** Each of `names` may be given as `NAME_FILE`, a path to its value. Adds what cannot be read to `problems`. */
export function withFiles(
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
  problems: string[],
): Record<string, string> {
  const complete: Record<string, string> = { ...variables };
  for (const name of names) {
    const path = variables[`${name}_FILE`];
    if (path === undefined) continue;
    try {
      complete[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      problems.push(
        `${name}_FILE: cannot read ${path} (${(error as NodeJS.ErrnoException).code}): fix the path or its permissions`,
      );
    }
  }
  return complete;
}

/** A variable with a typing error would silently be a default. Answers a warning for each that is not in `known`. */
export function unknownVariables(
  environment: NodeJS.ProcessEnv,
  prefixes: readonly string[],
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(environment)
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')))
    .map((name) => `${name} is not a variable of this service: see .env.example for the names`);
}
