/** The default mapping of a connector, and what a file with overrides makes of it. */
import { readFile } from 'node:fs/promises';
import type { ConnectorDefinition } from '../../connectors/connector.ts';
import { loadMapping } from '../mapping/load.ts';
import { applyOverrides } from '../mapping/overrides.ts';
import type { MappingFile } from '../mapping/schema/mapping-file.ts';

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
