/** The effective mapping: the connector's default, with the overrides of the mapping file. */
import { type CompiledMapping, compileMapping } from '../mapping/compile.ts';
import type { MappingSettings } from '../mapping/plan.ts';
import type { MappingFile } from '../mapping/schema/mapping-file.ts';
import { RecordingLinks } from '../recordings/recording-links.ts';
import type { Config } from './config.ts';
import { readOverrides } from './mapping-file.ts';
import { withOverrides } from './overridden-mapping.ts';

type MappingConfig = Pick<Config, 'connector' | 'mappingFile'> & MappingVariables;
type MappingVariables = Pick<Config, 'defaultCountry' | 'timeZone' | 'language' | 'recordings'>;

/** Throws ConfigError when MAPPING_FILE cannot be read, MappingError when it is wrong. */
export async function effectiveMapping(config: MappingConfig): Promise<MappingFile> {
  return withOverrides(config.connector!.definition, await readOverrides(config), config.mappingFile ?? '');
}

/** The effective mapping, compiled. Throws as `effectiveMapping` does. */
export async function compiledMapping(config: MappingConfig): Promise<CompiledMapping> {
  return compileMapping(await effectiveMapping(config), mappingSettings(config));
}

/** All that the result of a mapping depends on besides the event and the CRM. */
export function mappingSettings(variables: MappingVariables): MappingSettings {
  const { defaultCountry, timeZone, language, recordings } = variables;
  const links = recordings && new RecordingLinks(recordings);
  const recordingLink = links && ((callId: string) => links.linkTo(callId));
  return { defaultCountry, timeZone, language, ...(recordingLink && { recordingLink }) };
}

/** As messages name the effective mapping: `the default of hubspot`, with the file that overrides it. */
export function mappingSource({ connector, mappingFile }: MappingConfig): string {
  const overrides = mappingFile === undefined ? '' : `, with the overrides of ${mappingFile}`;
  return `the default of ${connector!.definition.name}${overrides}`;
}
