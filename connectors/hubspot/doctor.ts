/** What is wrong with a portal, and how to mend it. */
import { CrmError, type CrmField, type CrmObject, type Finding } from '../connector.ts';
import type { Api } from './api.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { readSchema } from './schema.ts';
import type { Transport } from './transport.ts';

export async function checkPortal(transport: Transport, objects: readonly CrmObject[]): Promise<Finding[]> {
  try {
    const { fields, api } = await readSchema(transport, objects);
    const message = `answers, API ${api.name}, the token is valid`;
    const keys = objects.map((object) => checkKey(object, fields[object].get(KEY_PROPERTIES[object].name)));
    const rights = await Promise.all(objects.map((object) => checkWriting(transport, api, object)));
    return [{ level: 'ok', subject: 'HubSpot', message }, ...rights, ...keys];
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return [{ level: 'error', subject: 'HubSpot', message: error.message, fix: FIXES[error.kind] }];
  }
}

const UNREACHED = 'see that HUBSPOT_API_URL is right and reachable from here, and https://status.hubspot.com';

const FIXES: Readonly<Record<CrmError['kind'], string>> = {
  unauthorized: 'mend HUBSPOT_ACCESS_TOKEN or its scopes as said',
  rate_limited:
    'calls wait until there is quota again; see which integration uses it up in HubSpot (Development → Monitoring → API call usage)',
  unavailable: UNREACHED,
  rejected: UNREACHED,
};

/** A batch of nothing changes nothing, but is refused to who may not write. */
async function checkWriting(transport: Transport, api: Api, object: CrmObject): Promise<Finding> {
  const type = OBJECT_TYPES[object];
  const subject = `writing ${type}`;
  try {
    await transport.send({ method: 'POST', path: api.batch(type, 'update'), body: { inputs: [] } });
    return { level: 'ok', subject, message: 'is allowed' };
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind !== 'unauthorized') throw error;
    const fix = 'add the scope to the key in HubSpot (Development → Keys → Service keys)';
    return { level: 'error', subject, message: error.message, fix };
  }
}

function checkKey(object: CrmObject, field: CrmField | undefined): Finding {
  const subject = `${OBJECT_TYPES[object]}.${KEY_PROPERTIES[object].name}`;
  if (field?.unique) return { level: 'ok', subject, message: 'is there and unique' };
  if (!field) {
    return { level: 'error', subject, message: 'is missing', fix: 'run `altur-crm-sync provision`' };
  }
  if (object === 'person') {
    const fix = 'delete it in HubSpot (Settings → Properties), then run `altur-crm-sync provision`';
    return { level: 'error', subject, message: 'is not unique', fix };
  }
  const message =
    'is not unique: records are searched for before they are created, and a lost response may double one';
  const fix = 'delete it and run `altur-crm-sync provision`; some portals refuse unique keys here';
  return { level: 'warning', subject, message, fix };
}
