import { openProvisionNotice } from '../queue/provision-notice.ts';
import { connectedWithin } from '../queue/redis.ts';
import { parseArguments } from './command-line.ts';
import { readEventFile } from './event-file.ts';
import { OPTIONAL_REDIS_MS, withConnector } from './session.ts';

/** `--sample` adds the fields for the extracted data of an example event, their types inferred. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArguments('provision', {
    args: [...args],
    options: { sample: { type: 'string' } },
  });
  return withConnector(env, async ({ connector, mapping, redis }) => {
    const sample =
      values.sample === undefined ? [] : mapping.extractedFields(await readEventFile(values.sample));
    const names = new Set(mapping.fields.map(({ object, name }) => `${object}.${name}`));
    const additional = sample.filter(({ object, name }) => !names.has(`${object}.${name}`));
    const changes = await connector.provision([...mapping.fields, ...additional]);
    for (const { action, object, name, detail } of changes) {
      process.stdout.write(
        `${action.padEnd(8)} ${object.padEnd(7)} ${name}${detail ? `  (${detail})` : ''}\n`,
      );
    }
    // Without Redis there are no workers to notify.
    if (await connectedWithin(redis, OPTIONAL_REDIS_MS))
      await openProvisionNotice(redis, connector.name).publish();
    const failed = changes.filter(({ action }) => action === 'failed').length;
    const created = changes.filter(({ action }) => action === 'created').length;
    process.stdout.write(
      `${created} created, ${failed} failed, ${changes.length - created - failed} unchanged\n`,
    );
    return failed > 0 ? 1 : 0;
  });
}
