/** The variables as they are given, whatever they mean: blank ones are absent, and each may be a file. */
import { readFileSync } from 'node:fs';

export function withoutEmpty(env: NodeJS.ProcessEnv): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.trim() !== '') given[name] = value.trim();
  }
  return given;
}

/** Every variable may be given as `NAME_FILE` as well, a path to its value. */
export function withFiles(
  given: Readonly<Record<string, string>>,
  names: readonly string[],
  problems: string[],
): Record<string, string> {
  const read: Record<string, string> = { ...given };
  for (const name of names) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      problems.push(
        `${name}_FILE: cannot read ${path} (${(error as NodeJS.ErrnoException).code}): mend the path or its permissions`,
      );
    }
  }
  return read;
}

/** A misspelt variable would silently be a default: those that begin like ours, and are none of the `known`. */
export function strayNames(
  env: NodeJS.ProcessEnv,
  prefixes: readonly string[],
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(env)
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')))
    .map((name) => `${name} is not a variable of this service: see .env.example for the names`);
}
