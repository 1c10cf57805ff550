/** Creates properties. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
import type { Change, CrmObject, FieldDefinition } from '../connector.ts';
import type { Provisioner } from '../engine/crm.ts';
import type { Transport } from '../engine/http/transport.ts';
import { waitForQuota } from '../engine/http/wait-for-quota.ts';
import { reportUnauthorized } from '../engine/provision.ts';
import { APIS, type Api } from './api.ts';
import { DELETE_PLAIN_KEY, KEY_PROPERTIES, OBJECT_TYPES, PROPERTY_GROUP } from './keys.ts';
import { readRejection } from './rejections.ts';
import type { PortalSchema } from './schema.ts';

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

export function propertyProvisioner(transport: Transport): Provisioner<PortalSchema> {
  const patient: Transport = { send: (request) => waitForQuota(() => transport.send(request)) };
  return {
    keys: Object.values(KEY_PROPERTIES),
    obstacle({ name }) {
      if (HUBSPOTS_OWN.test(name)) return 'is HubSpot’s own, and this portal does not have it';
      return PROPERTY_NAME.test(name) ? undefined : 'HubSpot allows a–z, 0–9 and _ in names only';
    },
    create: (fields, schema) => createProperties(patient, schema?.api ?? APIS[0]!, fields),
    verify: verifyUnique,
  };
}

async function createProperties(
  transport: Transport,
  api: Api,
  fields: readonly FieldDefinition[],
): Promise<readonly Change[]> {
  const grouped = new Set<CrmObject>();
  const changes: Change[] = [];
  for (const field of fields) {
    const { object, name } = field;
    const create = async () => {
      if (!grouped.has(object)) await createGroup(transport, api, object);
      grouped.add(object);
      return createProperty(transport, api, field);
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

async function createProperty(transport: Transport, api: Api, field: FieldDefinition): Promise<Change> {
  const { object, name, unique = false } = field;
  const send = async (hasUniqueValue: boolean) => {
    const body = { ...propertyOf(field), ...(unique && { hasUniqueValue }) };
    return transport.send({ method: 'POST', path: api.properties(OBJECT_TYPES[object]), body });
  };
  let response = await send(unique);
  // Unique properties on calls and tasks are not documented for every portal: a plain one still finds calls again.
  const mayBePlain = unique && object !== 'person' && response.status >= 400 && response.status !== 409;
  if (mayBePlain) response = await send(false);
  if (response.status === 409) return { action: 'exists', object, name };
  if (response.status >= 400)
    return { action: 'failed', object, name, detail: readRejection(response.body).code };
  return { action: 'created', object, name, ...(mayBePlain && { detail: NOT_UNIQUE }) };
}

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

/** A key may be created without being made unique. */
function verifyUnique(change: Change, { fields }: PortalSchema): Change {
  const { action, object, name } = change;
  const isKey = name === KEY_PROPERTIES[object].name;
  if (!isKey || action === 'failed' || fields[object].get(name)?.unique) return change;
  if (object === 'person') return { ...change, action: 'failed', detail: DELETE_PLAIN_KEY };
  return { ...change, detail: NOT_UNIQUE };
}
