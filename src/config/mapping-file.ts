/** The file with the mapping overrides: which one it is, and its text. */
import { existsSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import type { Problems } from './problems.ts';
import { readText, unreadable } from './text-file.ts';

/** Used where MAPPING_FILE is not set, relative to the folder the process is started in. */
const USUAL = ['config/mapping.yaml', 'config/mapping.yml', 'config/mapping.json'];

/** Undefined: the default mapping is used as it is. Adds to `problems`. */
export function findMappingFile(given: string | undefined, problems: Problems): string | undefined {
  const found = given === undefined ? USUAL.filter((path) => existsSync(path)) : [given];
  if (found.length > 1) {
    problems.wrong(
      'MAPPING_FILE',
      `is not set, and there are ${found.join(' and ')}: keep one of them, or name the one to be used`,
    );
  }
  return found[0];
}

/** Answers warnings; adds to `problems`. */
export function checkMappingFile(path: string | undefined, problems: Problems): string[] {
  if (path === undefined) return [];
  try {
    const lines = readText(path).split('\n');
    if (lines.some((line) => /^\s*[^\s#]/.test(line))) return [];
    return [`MAPPING_FILE: ${path} is empty: the default mapping is used`];
  } catch (cause) {
    problems.wrong('MAPPING_FILE', unreadable(path, cause));
    return [];
  }
}

/** Its text; empty where there is no file. Throws ConfigError. */
export async function readOverrides({ mappingFile }: { mappingFile: string | undefined }): Promise<string> {
  if (mappingFile === undefined) return '';
  try {
    return readText(mappingFile);
  } catch (cause) {
    throw new ConfigError(`MAPPING_FILE: ${unreadable(mappingFile, cause)}`, {
      code: 'MAPPING_FILE_UNREADABLE',
      cause,
    });
  }
}
