import type { Change, Connector, FieldDefinition } from '../../connectors/connector.ts';
import type { Config } from '../config/config.ts';
import { defaultMapping } from '../config/overridden-mapping.ts';
import { type CloseName, closeNameAdvice, closeNames, closeNameText } from '../mapping/close-names.ts';
import { nearest } from '../mapping/validate/nearest.ts';
import { openProvisionNotice } from '../queue/provision-notice.ts';
import { connectedWithin } from '../queue/redis.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { confirm, isAtTerminal } from './confirm.ts';
import { readEventFile } from './event-file.ts';
import { OPTIONAL_REDIS_MS, refuseNewerSchema, withConnector } from './session.ts';

/**
 * `--sample` adds the fields for the extracted data of an example event, their types inferred. `--create` creates a
 * field although its name is close to that of another.
 */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArguments('provision', {
    args: [...args],
    options: { sample: { type: 'string' }, create: { type: 'string', multiple: true, default: [] } },
  });
  return withConnector(env, async ({ config, connector, mapping, redis }) => {
    await refuseNewerSchema({ redis, config });
    const sample =
      values.sample === undefined ? [] : mapping.extractedFields(await readEventFile(values.sample));
    checkNames(values.create, mapping.fields);
    const refused = await refusedNames(config, connector, mapping.fields, values.create);
    const isRefused = ({ object, name }: FieldDefinition) =>
      refused.some((each) => each.object === object && each.name === name);
    const names = new Set(mapping.fields.map(({ object, name }) => `${object}.${name}`));
    const additional = sample.filter(({ object, name }) => !names.has(`${object}.${name}`));
    const wanted = mapping.fields.filter((field) => !isRefused(field));
    const changes = [
      ...(await connector.provision([...wanted, ...additional])),
      ...refused.map((close): Change => {
        const { object, name } = close;
        const detail = closeNameAdvice(close, obstacleOf(connector, close));
        return { action: 'skipped', object, name, detail };
      }),
    ];
    for (const change of changes) process.stdout.write(changeText(change));
    // Without Redis there are no workers to notify.
    if (await connectedWithin(redis, OPTIONAL_REDIS_MS))
      await openProvisionNotice(redis, connector.name).publish();
    const failed = changes.filter(({ action }) => action === 'failed').length;
    const created = changes.filter(({ action }) => action === 'created').length;
    const unchanged = changes.length - created - failed - refused.length;
    const asked = refused.length === 0 ? '' : `, ${refused.length} not created because of the name`;
    process.stdout.write(`${created} created, ${failed} failed, ${unchanged} unchanged${asked}\n`);
    return failed + refused.length > 0 ? 1 : 0;
  });
}

function changeText({ action, object, name, detail }: Change): string {
  return `${action.padEnd(8)} ${object.padEnd(7)} ${name}${detail ? `  (${detail})` : ''}\n`;
}

/** A name after --create that has a typing error itself. */
function checkNames(created: readonly string[], fields: readonly FieldDefinition[]): void {
  const names = fields.map(({ name }) => name);
  const unknown = created.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new UsageError(`--create ${unknown}: the mapping writes no such field${hint}`);
}

/** Why the CRM cannot have a field of this name. */
function obstacleOf(connector: Connector, { object, name }: CloseName): string | undefined {
  return connector.obstacle?.({ object, name, label: name, type: 'text' });
}

/** The names that nobody confirms. A CRM that does not show its fields says itself what is there. */
async function refusedNames(
  { connector: chosen }: Config,
  connector: Connector,
  fields: readonly FieldDefinition[],
  created: readonly string[],
): Promise<readonly CloseName[]> {
  const schema = await connector.schema().catch(() => undefined);
  if (!schema) return [];
  const close = closeNames(fields, schema, await defaultMapping(chosen!.definition));
  const refused: CloseName[] = [];
  for (const each of close.filter(({ name }) => !created.includes(name))) {
    const isMeant =
      obstacleOf(connector, each) === undefined &&
      isAtTerminal() &&
      (await confirm(`${closeNameText(each)}. Create ${each.name} all the same?`));
    if (!isMeant) refused.push(each);
  }
  return refused;
}
