import { stringify } from 'yaml';
import { loadConfig } from '../config/config.ts';
import { mappingInForce } from '../config/effective-mapping.ts';
import { mappingJsonSchema } from '../mapping/json-schema.ts';
import { parseArguments } from './usage.ts';

/** Prints the mapping in force, whole; or the JSON Schema of mapping files, for editors. */
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
  const source = config.mappingFile === undefined ? '' : `, overlaid with ${config.mappingFile}`;
  process.stdout.write(`# The mapping in force: the default of ${config.crm}${source}\n`);
  process.stdout.write(stringify(await mappingInForce(config), { lineWidth: 110 }));
  return 0;
}
