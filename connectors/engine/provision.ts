/** Creates the fields that the mapping writes and the CRM lacks. Idempotent; says what it did about each. */
import { type Change, CrmError, type CrmObject, type FieldDefinition } from '../connector.ts';
import type { CrmAdapter, LiveSchema, Provisioner } from './crm.ts';
import { waitForQuota } from './http/wait-for-quota.ts';
import { readUntil } from './read-until.ts';

/** `objects`: the kinds of record the mapping writes. */
export async function provision<Schema extends LiveSchema>(
  adapter: CrmAdapter<Schema>,
  objects: readonly CrmObject[],
  fields: readonly FieldDefinition[],
): Promise<readonly Change[]> {
  const { provisioner, title } = adapter;
  // A user who may not read the schema yet may still be allowed to create fields: the CRM reports what is there.
  const read = () => waitForQuota(() => adapter.readSchema(adapter.transport));
  const schema = await read().catch(unlessAllowed);
  const wanted = wantedFields(provisioner, objects, fields);
  const decided = new Map<FieldDefinition, Change>();
  for (const field of wanted) {
    const change = existing(provisioner, schema, field, title) ?? impossible(provisioner, field);
    if (change) decided.set(field, change);
  }
  const missing = wanted.filter((field) => !decided.has(field));
  const created = await provisioner.create(missing, schema);
  for (const [index, field] of missing.entries()) decided.set(field, created[index]!);
  const changes = wanted.map((field) => decided.get(field)!);
  const usable = wanted.filter((field) => decided.get(field)!.action !== 'failed');
  const further = [
    ...((await provisioner.finish?.(usable, schema)) ?? []),
    ...missingStandardFields(adapter, schema, objects, fields),
  ];
  if (!provisioner.verify) return [...changes, ...further];
  const after = await readUntil((each) => provisioner.isSettled?.(changes, each) ?? true, read);
  return [...changes.map((change) => provisioner.verify!(change, after)), ...further];
}

/** A name that only a field of the CRM's own could have. */
export function noSuchField(title: string): string {
  return `${title} has no standard field of this name, or does not show it to this user`;
}

/** Fields that cannot be created are told only where they are missing. */
function missingStandardFields<Schema extends LiveSchema>(
  { provisioner, title }: Pick<CrmAdapter<Schema>, 'provisioner' | 'title'>,
  schema: Schema | undefined,
  objects: readonly CrmObject[],
  fields: readonly FieldDefinition[],
): Change[] {
  if (!schema) return [];
  return fields
    .filter(({ object, name }) => objects.includes(object) && !schema.fields[object].has(name))
    .filter((field) => provisioner.obstacle(field) === 'none')
    .map(({ object, name }) => ({ action: 'skipped', object, name, detail: noSuchField(title) }));
}

/** The keys, then the mapping's own fields; each once, though a call and a task may share one. */
export function wantedFields<Schema extends LiveSchema>(
  provisioner: Pick<Provisioner<Schema>, 'keys' | 'nameOf' | 'obstacle' | 'expand'>,
  objects: readonly CrmObject[],
  fields: readonly FieldDefinition[],
): readonly FieldDefinition[] {
  const { keys, nameOf = ({ object, name }) => `${object}.${name}` } = provisioner;
  const wanted = new Map<string, FieldDefinition>();
  const written = [...keys, ...fields]
    .filter(({ object }) => objects.includes(object))
    .flatMap((field) => provisioner.expand?.(field) ?? [field]);
  for (const field of written) {
    const name = nameOf(field);
    if (!wanted.has(name) && provisioner.obstacle(field) !== 'none') wanted.set(name, field);
  }
  return [...wanted.values()];
}

function existing<Schema extends LiveSchema>(
  provisioner: Provisioner<Schema>,
  schema: Schema | undefined,
  field: FieldDefinition,
  title: string,
): Change | undefined {
  if (!schema) return undefined;
  const found = provisioner.find
    ? provisioner.find(field, schema)
    : schema.fields[field.object].get(field.name);
  if (!found) return undefined;
  const { object, type } = field;
  const differs = type !== 'text' && found.type !== type;
  const detail = differs && `is ${found.type} in ${title}, the mapping writes ${type}`;
  return { action: 'exists', object, name: nameIn(provisioner, field), ...(detail && { detail }) };
}

function impossible<Schema extends LiveSchema>(
  provisioner: Provisioner<Schema>,
  field: FieldDefinition,
): Change | undefined {
  const detail = provisioner.obstacle(field);
  if (detail === undefined) return undefined;
  return { action: 'skipped', object: field.object, name: nameIn(provisioner, field), detail };
}

/** The name under which a field is reported. */
export function nameIn(provisioner: Pick<Provisioner<never>, 'nameOf'>, field: FieldDefinition): string {
  return provisioner.nameOf?.(field) ?? field.name;
}

/** A creation that lacks a permission is reported for its field; other failures end the command. */
export async function reportUnauthorized(
  object: CrmObject,
  name: string,
  create: () => Promise<Change>,
): Promise<Change> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind !== 'unauthorized') throw error;
    return { action: 'failed', object, name, detail: error.message };
  }
}

/** For `catch`: what the key may not read is unknown. */
export function unlessAllowed(error: unknown): undefined {
  if (error instanceof CrmError && error.kind === 'unauthorized') return undefined;
  throw error;
}
