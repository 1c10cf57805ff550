import { parseArgs } from 'node:util';
import { readEventFile } from './event-file.ts';
import { withConnector } from './session.ts';
import { UsageError } from './usage.ts';

/** Prints what would be written. `--resolve` looks the person up first, which only reads. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { resolve: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0)
    throw new UsageError('preview takes one event file: preview event.json');
  const event = await readEventFile(path);
  return withConnector(env, async ({ connector, mapping }) => {
    const record = mapping.toRecord(event, await connector.schema(), Date.now());
    const requests = await connector.preview([record], values.resolve);
    for (const { method, path: to, body, note } of requests) {
      process.stdout.write(`# ${note ?? ''}\n${method} ${to}\n`);
      if (body !== undefined) process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
      process.stdout.write('\n');
    }
    for (const { object, field, reason } of record.leftOut) {
      process.stdout.write(`left out: ${object}.${field}: ${reason}\n`);
    }
    return 0;
  });
}
