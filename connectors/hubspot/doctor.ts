/** `doctor` for a portal: findings, each with its fix. */
import {
  CrmError,
  type CrmErrorKind,
  type CrmField,
  type CrmFields,
  type CrmObject,
  type Finding,
} from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import { checkAccount, ok, problem, warning } from '../engine/doctor.ts';
import type { Transport } from '../engine/http/transport.ts';
import { readAccount } from './account.ts';
import type { Api } from './api.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';
import type { PortalSchema } from './schema.ts';

const UNREACHED = 'see that HUBSPOT_API_URL is right and reachable from here, and https://status.hubspot.com';

export const FIXES: Readonly<Record<CrmErrorKind, string>> = {
  unauthorized: 'do what the message says, in HubSpot or with HUBSPOT_ACCESS_TOKEN',
  rate_limited:
    'calls wait until there is quota again; see which integration uses it up in HubSpot (Development → Monitoring → API call usage)',
  unavailable: UNREACHED,
  rejected: UNREACHED,
};

export async function checkPortal(
  transport: Transport,
  { fields, api, newKeys }: PortalSchema,
  objects: readonly CrmObject[],
): Promise<readonly Finding[]> {
  const permissions = await Promise.all(
    objects.flatMap((object) => [
      checkAccess(transport, api, object, 'reading'),
      checkAccess(transport, api, object, 'writing'),
    ]),
  );
  const keys = objects.map((object) =>
    checkKey(object, fields[object].get(KEY_PROPERTIES[object].name), newKeys?.has(object) === true),
  );
  return [
    ok('HubSpot', `answers, API ${api.name}, the token is valid`),
    await checkAccount('portal', () => readAccount(transport)),
    ...permissions,
    ...keys,
    ...checkSensitive(fields.person),
  ];
}

const OPERATIONS = { reading: 'read', writing: 'update' } as const;
const NOTHING = {
  reading: { inputs: [], properties: [], propertiesWithHistory: [] },
  writing: { inputs: [] },
};

/**
 * A batch of nothing changes nothing, but is rejected when the token may not read or write. A token that may read the
 * properties may lack the scope to read records.
 */
async function checkAccess(
  transport: Transport,
  api: Api,
  object: CrmObject,
  access: keyof typeof OPERATIONS,
): Promise<Finding> {
  const type = OBJECT_TYPES[object];
  const subject = `${access} ${type}`;
  const path = api.batch(type, OPERATIONS[access]);
  try {
    await transport.send({ method: 'POST', path, body: NOTHING[access] });
    return ok(subject, 'is allowed');
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind !== 'unauthorized') throw error;
    const isScope = error.code === 'SCOPE_MISSING';
    const fix = isScope
      ? 'add the scope to the key in HubSpot (Development → Keys → Service keys)'
      : 'see in HubSpot what the account and this key may do (Development → Keys → Service keys)';
    return problem(subject, error.message, fix);
  }
}

/** Which properties take values only from keys with scopes of their own. */
function checkSensitive(contacts: CrmFields): Finding[] {
  const sensitive = [...contacts.values()].filter(({ sensitivity }) => sensitivity !== undefined);
  if (sensitive.length === 0) return [];
  const names = sensitive.map(({ name }) => name).join(', ');
  const scopes = [
    ...new Set(sensitive.map(({ sensitivity }) => `crm.objects.contacts.${sensitivity}.write`)),
  ];
  const message = `these contact properties hold sensitive data: ${names}: without a scope of their own they are skipped`;
  return [
    warning('sensitive data', message, `if the mapping writes them, give the key ${scopes.join(' and ')}`),
  ];
}

function checkKey(object: CrmObject, field: CrmField | undefined, isNew: boolean): Finding {
  const subject = `${OBJECT_TYPES[object]}.${KEY_PROPERTIES[object].name}`;
  if (field?.unique) return ok(subject, 'is there and unique');
  if (!field) return problem(subject, 'is missing', `run ${PROVISION}`);
  if (isNew)
    return warning(
      subject,
      'is not listed as unique yet, since it was created a moment ago',
      'run doctor again in a minute',
    );
  const fix = `delete it in HubSpot (Settings → Properties), then run ${PROVISION}`;
  if (object === 'person') return problem(subject, 'is not unique', fix);
  const risk = 'records are searched for before they are created, and a lost response may create one twice';
  return warning(subject, `is not unique: ${risk}`, `${fix}; some portals reject unique keys here`);
}
