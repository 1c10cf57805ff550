/** The portal's own property definitions, in neutral terms. https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
import { CrmError, type CrmField, type CrmObject, type CrmSchema, type FieldType } from '../connector.ts';
import type { ApiResponse, Transport } from '../engine/http/transport.ts';
import { waitForQuota } from '../engine/http/wait-for-quota.ts';
import { unlessAllowed } from '../engine/provision.ts';
import { APIS, type Api } from './api.ts';
import { KEY_PROPERTIES, OBJECT_TYPES } from './keys.ts';

/** Properties of text hold this many characters. */
export const MAX_TEXT_LENGTH = 65_536;
/** HubSpot renders these as HTML. */
const RICH_TEXT = ['hs_call_body', 'hs_task_body', 'hs_note_body'];

export function isRichText(name: string): boolean {
  return RICH_TEXT.includes(name);
}

export interface PortalSchema {
  readonly fields: CrmSchema;
  /** Our keys that were created a moment ago: HubSpot may list them, and take them, in steps. */
  readonly newKeys?: ReadonlySet<CrmObject>;
  /** The version of HubSpot's API this portal answered. */
  readonly api: Api;
}

/** One request per kind of record, and two for the contacts' sensitive data. Other versions are tried where HubSpot no longer knows the current one. */
export async function readSchema(transport: Transport, objects: readonly CrmObject[]): Promise<PortalSchema> {
  for (const api of APIS) {
    const answers = await Promise.all(
      objects.map(async (object) => {
        return [
          object,
          await transport.send({ method: 'GET', path: api.properties(OBJECT_TYPES[object]) }),
        ] as const;
      }),
    );
    if (answers.some(([, { status }]) => status === 404 || status === 410)) continue;
    const fields: Record<CrmObject, Map<string, CrmField>> = {
      person: new Map(),
      call: new Map(),
      task: new Map(),
    };
    for (const [object, { status, body }] of answers) {
      const { results } = (body ?? {}) as { results?: Property[] };
      if (status >= 400 || !results) {
        throw new CrmError(
          'unavailable',
          `HubSpot answered ${status}, but no properties, when asked for them`,
        );
      }
      for (const property of results) fields[object].set(property.name, toField(property));
    }
    if (objects.includes('person')) await addSensitive(transport, api, fields.person);
    const newKeys = new Set(objects.filter((object) => isNew(answers, object)));
    return { fields, api, newKeys };
  }
  throw new CrmError(
    'unauthorized',
    'HubSpot knows none of the API versions this release uses: see that HUBSPOT_API_URL is right, or update',
    { code: 'API_VERSION_UNKNOWN' },
  );
}

const NEW_FOR_MS = 60_000;

function isNew(answers: readonly (readonly [CrmObject, ApiResponse])[], object: CrmObject): boolean {
  const { body } = answers.find(([each]) => each === object)![1];
  const key = (body as { results: Property[] }).results.find(
    ({ name }) => name === KEY_PROPERTIES[object].name,
  );
  return Date.parse(key?.createdAt ?? '') > Date.now() - NEW_FOR_MS;
}

/** Of HubSpot's two levels; calls and tasks have none. */
const SENSITIVITIES = ['sensitive', 'highly_sensitive'] as const;

/**
 * Sensitive properties are listed only when they are asked for, with or without the scopes for their values; portals
 * without the feature reject the question.
 * https://developers.hubspot.com/docs/api-reference/latest/crm/properties/sensitive-data
 */
async function addSensitive(transport: Transport, api: Api, contacts: Map<string, CrmField>): Promise<void> {
  for (const sensitivity of SENSITIVITIES) {
    const path = `${api.properties(OBJECT_TYPES.person)}?dataSensitivity=${sensitivity}`;
    const response = await waitForQuota(() => transport.send({ method: 'GET', path })).catch(unlessAllowed);
    const { results = [] } = ((response?.status ?? 400) < 400 ? (response!.body ?? {}) : {}) as {
      results?: Property[];
    };
    for (const property of results)
      if (!contacts.has(property.name)) contacts.set(property.name, { sensitivity, ...toField(property) });
  }
}

export interface Property {
  readonly createdAt?: string;
  readonly dataSensitivity?: string;
  readonly name: string;
  readonly label?: string;
  readonly type?: string;
  readonly fieldType?: string;
  readonly hasUniqueValue?: boolean;
  readonly calculated?: boolean;
  readonly options?: readonly PropertyOption[];
  readonly externalOptions?: boolean;
  readonly modificationMetadata?: { readonly readOnlyValue?: boolean; readonly readOnlyOptions?: boolean };
}

export interface PropertyOption {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
  readonly displayOrder?: number;
  readonly hidden?: boolean;
}

export function toField(property: Property): CrmField {
  const { name, label = name, options = [], hasUniqueValue, externalOptions } = property;
  const type = toFieldType(property);
  const writable = !(property.modificationMetadata?.readOnlyValue || property.calculated);
  const listed = (type === 'option' || type === 'options') && options.length > 0 && !externalOptions;
  return {
    name,
    label,
    type,
    createable: writable,
    updateable: writable,
    ...(type === 'text' && { maxLength: MAX_TEXT_LENGTH }),
    ...(listed && { options: options.map((each) => ({ value: each.value, label: each.label })) }),
    ...(hasUniqueValue && { unique: true }),
    ...(isSensitive(property) && { sensitivity: property.dataSensitivity! }),
    ...(holdsPhone(property) && { holdsPhone: true }),
    ...((isRichText(name) || property.fieldType === 'html') && { markup: 'html' as const }),
  };
}

function isSensitive({ dataSensitivity }: Property): boolean {
  return SENSITIVITIES.some((each) => each === dataSensitivity);
}

/** Those that HubSpot calculates from others are searched by themselves. */
function holdsPhone({ name, type, fieldType, calculated }: Property): boolean {
  if (calculated || /^hs_(calculated|searchable)_/.test(name)) return false;
  return fieldType === 'phonenumber' || type === 'phone_number' || name === 'hs_whatsapp_phone_number';
}

function toFieldType({ type, fieldType }: Property): FieldType {
  switch (type) {
    case 'number':
      return 'number';
    case 'bool':
      return 'boolean';
    case 'date':
      return 'date';
    case 'datetime':
      return 'datetime';
    case 'enumeration':
      if (fieldType === 'checkbox') return 'options';
      return fieldType === 'booleancheckbox' ? 'boolean' : 'option';
    default:
      return 'text';
  }
}
