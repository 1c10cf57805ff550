/** What is wrong with a portal, and how to mend it. */
import { CrmError, type CrmObject, type Finding } from '../connector.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import { readSchema } from './schema.ts';
import type { Transport } from './transport.ts';

export async function checkPortal(transport: Transport, objects: readonly CrmObject[]): Promise<Finding[]> {
  try {
    const { fields, api } = await readSchema(transport, objects);
    const answered: Finding = {
      level: 'ok',
      subject: 'HubSpot',
      message: `answers, API ${api.name}, the token is valid`,
    };
    return [
      answered,
      ...objects.map((object) => checkKey(object, fields[object].get(KEY_PROPERTIES[object].name)?.unique)),
    ];
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const fix =
      error.kind === 'unauthorized'
        ? 'mend HUBSPOT_ACCESS_TOKEN or its scopes as said'
        : 'see that HUBSPOT_API_URL is right and reachable from here, and https://status.hubspot.com';
    return [{ level: 'error', subject: 'HubSpot', message: error.message, fix }];
  }
}

/** `unique` is undefined when the property is missing or not unique. */
function checkKey(object: CrmObject, unique: boolean | undefined): Finding {
  const { name } = KEY_PROPERTIES[object];
  const subject = `${OBJECT_TYPES[object]}.${name}`;
  if (unique) return { level: 'ok', subject, message: 'is there and unique' };
  const level = object === 'person' ? 'error' : 'warning';
  const message = 'is missing or not unique';
  const fix =
    object === 'person'
      ? 'run `altur-crm-sync provision`; if the property exists without being unique, delete it in HubSpot first'
      : 'run `altur-crm-sync provision`; where the portal refuses uniqueness, calls are searched for before they are created, and a lost response may double one';
  return { level, subject, message, fix };
}
