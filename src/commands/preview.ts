import type { CrmRequest, Identity } from '../../connectors/connector.ts';
import { loadConfig } from '../config/config.ts';
import { createLog } from '../log.ts';
import type { FieldExplanation } from '../mapping/explain.ts';
import { type Preview, Previewer } from '../preview/preview.ts';
import { parseArguments, UsageError } from './command-line.ts';
import { readEventFile } from './event-file.ts';

/** Prints the person match, every field, and the exact requests; with credentials the person is looked up, read-only. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArguments('preview', {
    args: [...args],
    options: { offline: { type: 'boolean', default: false }, resolve: { type: 'boolean', default: true } },
    allowNegative: true,
    allowPositionals: true,
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0)
    throw new UsageError('preview takes one event file: preview event.json [--offline]');
  const event = await readEventFile(path);
  const config = await loadConfig(env, 'preview');
  const { connector, ...rest } = config;
  const used = values.offline ? { ...rest, connector: { definition: connector!.definition } } : config;
  const previewer = new Previewer(used, createLog({ level: 'warn', format: 'pretty', stderr: true }));
  try {
    const preview = await previewer.preview(event, await previewer.overrides(), values.resolve);
    process.stdout.write(describe(preview));
  } finally {
    await previewer.close();
  }
  return 0;
}

function describe({ callAction, person, policy, fields, requests, schema, note }: Preview): string {
  const lines = [
    ...(note === undefined ? [] : [`The CRM does not answer: ${note}`]),
    ...(schema === 'assumed' ? ['Assumed schema: the fields were not read from the CRM.'] : []),
    ...(callAction === 'skip' ? ['The mapping skips this call: nothing is written.'] : []),
    ...(callAction === 'log-only' ? ['The mapping only logs this call: the person is not written.'] : []),
  ];
  if (person) {
    const identities = person.identities.map(identityText).join(', then ');
    lines.push(`\nPerson: ${person.key}, looked up by ${identities}`);
    lines.push(`  if nobody matches: ${policy.onMissing}; if several do: ${policy.onMany}`);
  } else if (callAction !== 'skip')
    lines.push('\nPerson: the event identifies nobody, the call is logged without a person');
  lines.push('\nFields:', ...fields.map(fieldLine));
  lines.push(`\nRequests, in this order (${requests.length}):`, ...requests.map(requestText));
  return `${lines.join('\n').trimStart()}\n`;
}

function identityText(identity: Identity): string {
  switch (identity.by) {
    case 'phone':
      return `phone ${identity.phone.e164} (also ${identity.phone.national.join(', ')})`;
    case 'field':
      return `${identity.field} = ${identity.value}`;
    default:
      return `${identity.by} ${identity.value}`;
  }
}

function fieldLine({ object, task, field, source, when, before, after, skipped }: FieldExplanation): string {
  const name = `${task === undefined ? object : `task ${task}`}.${field}`;
  const origin = `from ${source}${when === 'always' ? '' : `, ${when}`}`;
  if (skipped !== undefined) return `  ✗ ${name}: skipped: ${skipped} (${shown(before)} ${origin})`;
  if (after === undefined) return `  – ${name}: nothing to write (${origin})`;
  const was = shown(before) === shown(after) ? '' : `${shown(before)} `;
  return `  ✓ ${name}: ${shown(after)} (${was}${origin})`;
}

const MAX_LENGTH = 120;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)`;
}

function requestText({ method, path, body, note }: CrmRequest): string {
  const content = body === undefined ? '' : `\n${JSON.stringify(body, null, 2)}`;
  return `\n# ${note ?? ''}\n${method} ${path}${content}`;
}
