/** Creates the properties we write: the unique keys, without which nothing can be synced, and the mapping's own. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Change,
  type ConnectorContext,
  CrmError,
  type CrmObject,
  type CrmSchema,
  type FieldDefinition,
} from '../connector.ts';
import type { Api } from './api.ts';
import { readRefusal } from './errors.ts';
import { KEY_PROPERTIES, OBJECT_TYPES, PROPERTY_GROUP } from './keys.ts';
import { readSchema, type Schema } from './schema.ts';
import type { ApiAnswer, ApiRequest, Transport } from './transport.ts';

/** What a label and its type become: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
const TYPES = {
  text: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  boolean: { type: 'bool', fieldType: 'booleancheckbox' },
  date: { type: 'date', fieldType: 'date' },
  datetime: { type: 'datetime', fieldType: 'date' },
  option: { type: 'enumeration', fieldType: 'select' },
  options: { type: 'enumeration', fieldType: 'checkbox' },
} as const;

/** HubSpot's property names: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
const PROPERTY_NAME = /^[a-z][a-z0-9_]{0,99}$/;
const HUBSPOTS_OWN = /^(hs_|hubspot_)/;

export async function provision(
  hurried: Transport,
  objects: readonly CrmObject[],
  fields: readonly FieldDefinition[],
): Promise<Change[]> {
  const transport = patient(hurried);
  const { api, fields: schema } = await readSchema(transport, objects);
  const changes: Change[] = [];
  for (const object of objects) {
    changes.push(await provisionKey(transport, api, schema, object));
    for (const field of fields) {
      if (field.object === object) changes.push(await provisionField(transport, api, schema, field));
    }
  }
  const { fields: after } = await readSchema(transport, objects);
  return changes.map((change) => probeUnique(change, after));
}

/** Longer than a short quota's window, which is ten seconds; a day's is not waited for. */
const LONGEST_WAIT_MS = 15_000;
/** The workers use up the same quota. */
const TRIES = 5;

/** Nobody repeats a command that was refused for its second's quota: it waits by itself. */
function patient(transport: Transport): Transport {
  const send = async (request: ApiRequest, signal?: AbortSignal, tries = TRIES): Promise<ApiAnswer> => {
    try {
      return await transport.send(request, signal);
    } catch (error) {
      const { kind, retryAfterMs = Number.POSITIVE_INFINITY } = error as CrmError;
      if (kind !== 'rate_limited' || retryAfterMs > LONGEST_WAIT_MS || tries === 1) throw error;
      await delay(retryAfterMs);
      return send(request, signal, tries - 1);
    }
  };
  return { send: (request, signal) => send(request, signal) };
}

/**
 * Creates missing keys before a portal is first written to, so that a fresh deployment works without a further
 * command; where the token may not, says what to do. `read` reads the portal anew.
 */
export async function ensureKeys(
  transport: Transport,
  { objects, log }: ConnectorContext,
  portal: Schema,
  read: () => Promise<Schema>,
): Promise<Schema> {
  const missing = objects.filter((object) => !portal.fields[object].has(KEY_PROPERTIES[object].name));
  if (missing.length === 0) return requireUniquePersonKey(portal);
  for (const object of missing) {
    const change = await provisionKey(transport, portal.api, portal.fields, object);
    if (change.action === 'failed') throw new CrmError('unauthorized', needsProvisioning(change));
    log.info('HubSpot property created', { object: OBJECT_TYPES[object], property: change.name });
  }
  return requireUniquePersonKey(await read());
}

/** Contacts are upserted by their key; one that is not unique would double people. */
function requireUniquePersonKey(portal: Schema): Schema {
  const { name } = KEY_PROPERTIES.person;
  if (portal.fields.person.get(name)?.unique) return portal;
  throw new CrmError('unauthorized', `the contact property ${name} ${DELETE_PLAIN_KEY}`);
}

function needsProvisioning({ name, detail }: Change): string {
  return `HubSpot has no property ${name} (${detail}): run \`altur-crm-sync provision\` with a token that has the scope crm.schemas.contacts.write`;
}

function provisionKey(transport: Transport, api: Api, schema: CrmSchema, object: CrmObject): Promise<Change> {
  const { name, label } = KEY_PROPERTIES[object];
  return create(transport, api, schema, { object, name, label, type: 'text' }, true);
}

async function provisionField(
  transport: Transport,
  api: Api,
  schema: CrmSchema,
  field: FieldDefinition,
): Promise<Change> {
  const { object, name, type } = field;
  const present = schema[object].get(name);
  if (present) {
    const differs =
      type !== 'text' && present.type !== type && `is ${present.type} in HubSpot, the mapping writes ${type}`;
    return { action: 'exists', object, name, ...(differs && { detail: differs }) };
  }
  if (HUBSPOTS_OWN.test(name)) {
    return { action: 'skipped', object, name, detail: 'is HubSpot’s own, and this portal does not have it' };
  }
  if (!PROPERTY_NAME.test(name)) {
    return { action: 'skipped', object, name, detail: 'HubSpot allows a–z, 0–9 and _ in names only' };
  }
  return create(transport, api, schema, field, field.unique === true);
}

async function create(
  transport: Transport,
  api: Api,
  schema: CrmSchema,
  { object, name, label, type, options }: FieldDefinition,
  unique: boolean,
): Promise<Change> {
  if (schema[object].has(name)) return { action: 'exists', object, name };
  const objectType = OBJECT_TYPES[object];
  // Without options an enumeration would accept nothing.
  const kind = (type === 'option' || type === 'options') && !options?.length ? 'text' : type;
  const body = {
    name,
    label,
    groupName: PROPERTY_GROUP.name,
    ...TYPES[kind],
    ...(unique && { hasUniqueValue: true }),
    ...(kind === 'boolean' && { options: [choice('Yes', 'true', 0), choice('No', 'false', 1)] }),
    ...((kind === 'option' || kind === 'options') && {
      options: options!.map((value, index) => choice(value, value, index)),
    }),
  };
  try {
    // An existing group answers 409, which is as good.
    await transport.send({ method: 'POST', path: api.propertyGroups(objectType), body: PROPERTY_GROUP });
    const request = { method: 'POST', path: api.properties(objectType) } as const;
    const { status, body: answer } = await transport.send({ ...request, body });
    if (status < 300) return { action: 'created', object, name };
    if (status === 409) return { action: 'exists', object, name };
    // A contact key that is not unique would double people, so there is no way around it.
    if (!unique || object === 'person') {
      return { action: 'failed', object, name, detail: readRefusal(answer).code };
    }
    // Unique properties on calls and tasks are not documented for every portal: a plain one still finds calls again.
    const plain = await transport.send({ ...request, body: { ...body, hasUniqueValue: false } });
    if (plain.status < 300 || plain.status === 409)
      return { action: 'created', object, name, detail: NOT_UNIQUE };
    return { action: 'failed', object, name, detail: readRefusal(plain.body).code };
  } catch (error) {
    if (error instanceof CrmError && error.kind === 'unauthorized') {
      return { action: 'failed', object, name, detail: error.message };
    }
    throw error;
  }
}

function choice(label: string, value: string, displayOrder: number) {
  return { label, value, displayOrder, hidden: false };
}

const DELETE_PLAIN_KEY =
  'is not unique: delete it in HubSpot (Settings → Properties), then run `altur-crm-sync provision`';
const NOT_UNIQUE = 'this portal does not keep it unique: calls are searched for before they are created';

/** What was asked for and what the portal made of it may differ: read back. */
function probeUnique(change: Change, schema: CrmSchema): Change {
  const isKey = change.name === KEY_PROPERTIES[change.object].name;
  if (!isKey || change.action === 'failed' || schema[change.object].get(change.name)?.unique) return change;
  if (change.object === 'person') return { ...change, action: 'failed', detail: DELETE_PLAIN_KEY };
  return { ...change, detail: NOT_UNIQUE };
}
