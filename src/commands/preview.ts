import { type Config, loadConfig } from '../config/config.ts';
import { Previewer } from '../preview/preview.ts';
import { openLastWrites } from '../queue/last-writes.ts';
import { connectedWithin, connectProducer } from '../queue/redis.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { readEventFile } from './event-file.ts';
import { describePreview } from './preview-text.ts';
import { commandLog, OPTIONAL_REDIS_MS } from './session.ts';

/**
 * Prints who the person is, every field, the body of the call and the exact requests; with credentials the person is
 * looked up, read-only. `--json`: the same for scripts.
 */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('preview', {
    args: [...args],
    options: {
      offline: { type: 'boolean', default: false },
      resolve: { type: 'boolean', default: true },
      json: { type: 'boolean', default: false },
    },
    allowNegative: true,
    allowPositionals: true,
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0)
    throw new UsageError('preview takes one event file: preview event.json [--offline] [--json]');
  const event = await readEventFile(path);
  const config = await loadConfig(env, 'preview');
  const { connector, ...rest } = config;
  const used = values.offline ? { ...rest, connector: { definition: connector!.definition } } : config;
  const lookUp = values.resolve && used.connector?.settings !== undefined;
  const text = await withPreviewer(used, lookUp, async (previewer) => {
    const preview = await previewer.preview(event, await previewer.overrides(), values.resolve);
    return values.json ? `${JSON.stringify(preview, null, 2)}\n` : describePreview(preview);
  });
  process.stdout.write(text);
  return 0;
}

async function withPreviewer<T>(
  config: Config,
  lookUp: boolean,
  work: (previewer: Previewer) => Promise<T>,
): Promise<T> {
  const redis = lookUp ? connectProducer(config.redis) : undefined;
  redis?.on('error', () => {});
  // Without Redis it only cannot tell what later calls have written.
  const isThere = redis !== undefined && (await connectedWithin(redis, OPTIONAL_REDIS_MS));
  const lastWrites = isThere ? openLastWrites(redis, config.connector!.definition.name) : undefined;
  const previewer = new Previewer(config, commandLog('warn'), lastWrites);
  try {
    return await work(previewer);
  } finally {
    await previewer.close();
    redis?.disconnect();
  }
}
