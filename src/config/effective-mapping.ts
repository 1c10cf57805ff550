/** The effective mapping: the connector's default, with the overrides of MAPPING_FILE. */
import { readFile } from 'node:fs/promises';
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { type CompiledMapping, compileMapping } from '../mapping/compile.ts';
import { loadMapping } from '../mapping/load.ts';
import { applyOverrides } from '../mapping/overrides.ts';
import type { MappingFile } from '../mapping/schema/mapping-file.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

type MappingConfig = Pick<Config, 'connector' | 'mappingFile' | 'defaultCountry' | 'timeZone' | 'language'>;

/** Throws ConfigError when MAPPING_FILE cannot be read, MappingError when it is wrong. */
export async function effectiveMapping(config: MappingConfig): Promise<MappingFile> {
  return withOverrides(config.connector!.definition, await readOverrides(config), config.mappingFile ?? '');
}

/** The effective mapping, compiled. Throws as `effectiveMapping` does. */
export async function compiledMapping(config: MappingConfig): Promise<CompiledMapping> {
  return compileMapping(await effectiveMapping(config), config);
}

/** The text of MAPPING_FILE; empty where there is none. */
export async function readOverrides({ mappingFile }: MappingConfig): Promise<string> {
  if (mappingFile === undefined) return '';
  try {
    return await readFile(mappingFile, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigError(
      `MAPPING_FILE: cannot read ${mappingFile} (${code}): fix the path or its permissions`,
      { code: 'MAPPING_FILE_UNREADABLE', cause },
    );
  }
}

/** `overrides`: the text of a mapping file; `source`: its name in messages. Throws MappingError. */
export async function withOverrides(
  { mappingFile, matchOptions }: ConnectorDefinition,
  overrides: string,
  source: string,
): Promise<MappingFile> {
  const defaults = await defaultMapping({ mappingFile });
  return applyOverrides(defaults, loadMapping(overrides, source, matchOptions ?? {}));
}

/** The connector's own mapping. */
export async function defaultMapping({
  mappingFile,
}: Pick<ConnectorDefinition, 'mappingFile'>): Promise<MappingFile> {
  return loadMapping(await readFile(mappingFile, 'utf8'), 'default mapping');
}
