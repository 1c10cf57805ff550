import { stringify } from 'yaml';
import { loadConfig } from '../config/config.ts';
import { effectiveMapping, mappingSource } from '../config/effective-mapping.ts';
import { mappingJsonSchema } from '../mapping/json-schema.ts';
import { parseArguments } from './command-line.ts';

/** Prints the effective mapping; or the JSON Schema of mapping files, for editors. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArguments('mapping', {
    args: [...args],
    options: { schema: { type: 'boolean', default: false } },
  });
  if (values.schema) {
    process.stdout.write(`${JSON.stringify(mappingJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const config = await loadConfig(env, 'preview');
  process.stdout.write(`# The effective mapping: ${mappingSource(config)}\n`);
  process.stdout.write(stringify(await effectiveMapping(config), { lineWidth: 110 }));
  return 0;
}
