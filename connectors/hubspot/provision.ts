/** Creates properties. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
import { commandLine } from '../command-line.ts';
import type { Change, CrmField, CrmObject, FieldDefinition } from '../connector.ts';
import type { Provisioner } from '../engine/crm.ts';
import type { Transport } from '../engine/http/transport.ts';
import { waitForQuota } from '../engine/http/wait-for-quota.ts';
import { reportUnauthorized, unlessAllowed } from '../engine/provision.ts';
import { APIS, type Api } from './api.ts';
import { DELETE_PLAIN_KEY, KEY_PROPERTIES, NOT_YET_UNIQUE, OBJECT_TYPES, PROPERTY_GROUP } from './keys.ts';
import { addPropertyOption } from './property-option.ts';
import { readRejection } from './rejections.ts';
import { type PortalSchema, type Property, toField } from './schema.ts';
import { sensitivityText } from './sensitive.ts';

const TYPES = {
  text: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  boolean: { type: 'bool', fieldType: 'booleancheckbox' },
  date: { type: 'date', fieldType: 'date' },
  datetime: { type: 'datetime', fieldType: 'date' },
  option: { type: 'enumeration', fieldType: 'select' },
  options: { type: 'enumeration', fieldType: 'checkbox' },
} as const;

const PROPERTY_NAME = /^[a-z][a-z0-9_]{0,99}$/;
const HUBSPOTS_OWN = /^(hs_|hubspot_)/;

export interface PropertyProvisioner extends Provisioner<PortalSchema> {
  /** The keys that were created by this process, as HubSpot answered them: it lists them a moment later. */
  readonly created: ReadonlyMap<CrmObject, CrmField>;
}

export function propertyProvisioner(transport: Transport): PropertyProvisioner {
  const patient: Transport = { send: (request) => waitForQuota(() => transport.send(request)) };
  const created = new Map<CrmObject, CrmField>();
  return {
    created,
    keys: Object.values(KEY_PROPERTIES),
    obstacle({ name }) {
      if (HUBSPOTS_OWN.test(name)) return 'is HubSpot’s own, and this portal does not have it';
      return PROPERTY_NAME.test(name) ? undefined : 'HubSpot allows a–z, 0–9 and _ in names only';
    },
    create: (fields, schema) => createProperties(patient, schema?.api ?? APIS[0]!, fields, created),
    addOption: (added, schema) => addPropertyOption(patient, added, schema),
    isSettled: (changes, schema) => changes.every((change) => isSettled(change, schema, created)),
    verify: (change, schema) => verified(change, schema, created),
  };
}

async function createProperties(
  transport: Transport,
  api: Api,
  fields: readonly FieldDefinition[],
  created: Map<CrmObject, CrmField>,
): Promise<readonly Change[]> {
  const grouped = new Set<CrmObject>();
  const changes: Change[] = [];
  for (const field of fields) {
    const { object, name } = field;
    const create = async () => {
      if (!grouped.has(object)) await createGroup(transport, api, object);
      grouped.add(object);
      return createProperty(transport, api, field, created);
    };
    changes.push(await reportUnauthorized(object, name, create));
  }
  return changes;
}

/** A group that exists answers 409, which is as good. */
async function createGroup(transport: Transport, api: Api, object: CrmObject): Promise<void> {
  const path = api.propertyGroups(OBJECT_TYPES[object]);
  await transport.send({ method: 'POST', path, body: PROPERTY_GROUP });
}

async function createProperty(
  transport: Transport,
  api: Api,
  field: FieldDefinition,
  created: Map<CrmObject, CrmField>,
): Promise<Change> {
  const { object, name, unique = false } = field;
  const send = async (hasUniqueValue: boolean) => {
    const body = { ...propertyOf(field), ...(unique && { hasUniqueValue }) };
    return transport.send({ method: 'POST', path: api.properties(OBJECT_TYPES[object]), body });
  };
  let response = await send(unique);
  // Unique properties on calls and tasks are not documented for every portal: a plain one still finds calls again.
  const mayBePlain = unique && object !== 'person' && response.status >= 400 && response.status !== 409;
  if (mayBePlain) response = await send(false);
  if (response.status === 409) return existing(transport, api, field);
  if (response.status >= 400)
    return { action: 'failed', object, name, detail: readRejection(response.body).code };
  // Without a definition in the answer, what was asked for is what there is.
  if (name === KEY_PROPERTIES[object].name)
    created.set(object, toField({ hasUniqueValue: !mayBePlain, ...(response.body ?? {}), name }));
  return { action: 'created', object, name, ...(mayBePlain && { detail: NOT_UNIQUE }) };
}

/** It is there, though it was not listed: created a moment ago by another process, or sensitive data. */
async function existing(transport: Transport, api: Api, { object, name }: FieldDefinition): Promise<Change> {
  const path = `${api.properties(OBJECT_TYPES[object])}/${name}`;
  for (const query of ['', '?dataSensitivity=sensitive', '?dataSensitivity=highly_sensitive']) {
    const response = await transport.send({ method: 'GET', path: path + query }).catch(unlessAllowed);
    if (!response || response.status >= 400) continue;
    const { body } = response;
    const field = toField({ ...(body as Property), name });
    return { action: 'exists', object, name, ...(field.sensitivity && { detail: sensitivityText(field) }) };
  }
  return { action: 'exists', object, name, detail: HIDDEN };
}

const HIDDEN =
  'HubSpot does not show it to this key: if it holds sensitive data, give the key the scopes crm.objects.contacts.sensitive.read and .write';

function propertyOf({ name, label, type, options }: FieldDefinition) {
  // Without options an enumeration would accept nothing.
  const kind = (type === 'option' || type === 'options') && !options?.length ? 'text' : type;
  return {
    name,
    label,
    groupName: PROPERTY_GROUP.name,
    ...TYPES[kind],
    ...(kind === 'boolean' && { options: [choice('Yes', 'true', 0), choice('No', 'false', 1)] }),
    ...((kind === 'option' || kind === 'options') && {
      options: options!.map((value, index) => choice(value, value, index)),
    }),
  };
}

function choice(label: string, value: string, displayOrder: number) {
  return { label, value, displayOrder, hidden: false };
}

const NOT_UNIQUE = 'this portal does not keep it unique: calls are searched for before they are created';

type Created = ReadonlyMap<CrmObject, CrmField>;

/** Does the list show what was created, and as what? */
function isSettled(
  { action, object, name, detail }: Change,
  { fields, newKeys }: PortalSchema,
  created: Created,
): boolean {
  const listed = fields[object].get(name);
  if (listed === undefined)
    return (
      action === 'failed' || action === 'skipped' || (action === 'exists' && !mayAppear(object, name, detail))
    );
  if (name !== KEY_PROPERTIES[object].name) return true;
  const wasJustCreated = created.has(object) || newKeys?.has(object);
  const isPlain = created.has(object) && !created.get(object)!.unique;
  return listed.unique === true || isPlain || !wasJustCreated;
}

/** A key, or what HubSpot has and does not show: another process may have created it a moment ago. */
function mayAppear(object: CrmObject, name: string, detail: string | undefined): boolean {
  return name === KEY_PROPERTIES[object].name || detail === HIDDEN;
}

/** A key may be created without being made unique. */
function verified(change: Change, schema: PortalSchema, created: Created): Change {
  const { fields, newKeys } = schema;
  const { object, name } = change;
  const listed = fields[object].get(name);
  if (listed && change.detail === HIDDEN) {
    const { detail: _, ...seen } = change;
    return verified(seen, schema, created);
  }
  const { action, detail } = change;
  const isKey = name === KEY_PROPERTIES[object].name;
  if (!isKey && action !== 'failed' && listed?.sensitivity && detail === undefined)
    return { ...change, detail: sensitivityText(listed) };
  if (!isKey || action === 'failed' || listed?.unique || created.get(object)?.unique) return change;
  if (!listed)
    return {
      ...change,
      detail: `HubSpot has it and does not list it yet: see \`${commandLine('doctor')}\` in a minute`,
    };
  if (object !== 'person') return { ...change, detail: NOT_UNIQUE };
  const advice = newKeys?.has(object) ? NOT_YET_UNIQUE : DELETE_PLAIN_KEY;
  return { ...change, action: 'failed', detail: advice };
}
