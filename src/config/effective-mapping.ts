/** The mapping in force: the connector's default, overlaid with what MAPPING_FILE says otherwise. */
import { readFile } from 'node:fs/promises';
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { type CompiledMapping, compileMapping } from '../mapping/compile.ts';
import { loadMapping } from '../mapping/load.ts';
import { applyOverrides } from '../mapping/overrides.ts';
import type { MappingFile } from '../mapping/schema/mapping-file.ts';
import { type Config, ConfigError } from './config.ts';

type MappingConfig = Pick<Config, 'connector' | 'mappingFile' | 'defaultCountry' | 'timeZone' | 'language'>;

/** Throws ConfigError when MAPPING_FILE cannot be read, MappingError when it is wrong. */
export async function mappingInForce(config: MappingConfig): Promise<MappingFile> {
  return overlaid(config.connector!.definition, await ownMapping(config), config.mappingFile ?? '');
}

/** The text of MAPPING_FILE; empty where there is none. */
export async function ownMapping({ mappingFile }: MappingConfig): Promise<string> {
  if (mappingFile === undefined) return '';
  try {
    return await readFile(mappingFile, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigError(
      `MAPPING_FILE: cannot read ${mappingFile} (${code}): mend the path or its permissions`,
      {
        cause,
      },
    );
  }
}

/** `own`: the text of a mapping file; `source`: what it is called in messages. Throws MappingError. */
export async function overlaid(
  { mappingFile, matchOptions }: ConnectorDefinition,
  own: string,
  source: string,
): Promise<MappingFile> {
  const defaults = loadMapping(await readFile(mappingFile, 'utf8'), 'default mapping');
  return applyOverrides(defaults, loadMapping(own, source, matchOptions ?? {}));
}

export async function compiledMapping(config: MappingConfig): Promise<CompiledMapping> {
  return compileMapping(await mappingInForce(config), config);
}
