/**
 * The properties that mappings usually name and every portal has, for previews without a portal.
 * https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide and …/crm-tasks-v3/guide
 */
import type { CrmField, CrmObject, CrmSchema, FieldType } from '../connector.ts';
import { KEY_PROPERTIES } from './keys.ts';
import { isRichText, MAX_TEXT_LENGTH, type PortalSchema } from './schema.ts';

const STANDARD: Readonly<Record<CrmObject, Readonly<Record<string, FieldType | readonly string[]>>>> = {
  person: {
    firstname: 'text',
    lastname: 'text',
    email: 'text',
    phone: 'text',
    mobilephone: 'text',
    company: 'text',
    city: 'text',
    jobtitle: 'text',
    hubspot_owner_id: 'option',
    lifecyclestage: 'option',
    hs_lead_status: 'option',
  },
  call: {
    hs_timestamp: 'datetime',
    hs_call_title: 'text',
    hs_call_body: 'text',
    hs_call_direction: ['INBOUND', 'OUTBOUND'],
    hs_call_status: [
      ...['BUSY', 'CALLING_CRM_USER', 'CANCELED', 'COMPLETED', 'CONNECTING', 'FAILED'],
      ...['IN_PROGRESS', 'NO_ANSWER', 'QUEUED', 'RINGING'],
    ],
    hs_call_disposition: 'option',
    hs_call_duration: 'number',
    hs_call_from_number: 'text',
    hs_call_to_number: 'text',
    hs_call_recording_url: 'text',
    hs_activity_type: 'option',
    hubspot_owner_id: 'option',
  },
  task: {
    hs_timestamp: 'datetime',
    hs_task_subject: 'text',
    hs_task_body: 'text',
    hs_task_status: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED'],
    hs_task_priority: ['NONE', 'LOW', 'MEDIUM', 'HIGH'],
    hs_task_type: ['EMAIL', 'CALL', 'TODO'],
    hubspot_owner_id: 'option',
  },
};

/** A portal may have further ones: https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide */
const DISPOSITION_LABELS = {
  '9d9162e7-6cf3-4944-bf63-4dff82258764': 'Busy',
  'f240bbac-87c9-4f6e-bf70-924b57d47db7': 'Connected',
  'a4c4c377-d246-4b32-a13b-75a56a4cd0ff': 'Left live message',
  'b2cf5968-551e-4856-9783-52b3da59a7d0': 'Left voicemail',
  '73a0d17f-1163-4015-bdd5-ec830791da20': 'No answer',
  '17b47fee-58de-441e-a44c-c6300d46f273': 'Wrong number',
};

/** The fields that `provision` would find in any portal, with the keys it creates. */
export function standardSchema(): CrmSchema {
  return withKeyFields({
    person: standardFields('person'),
    call: standardFields('call'),
    task: standardFields('task'),
  });
}

/** A portal that lacks our keys gets them before anything is written. */
export function withKeys(schema: PortalSchema): PortalSchema {
  return { ...schema, fields: withKeyFields(schema.fields) };
}

function withKeyFields(fields: CrmSchema): CrmSchema {
  const complete = (object: CrmObject) => {
    const { name, label } = KEY_PROPERTIES[object];
    const key: CrmField = { name, label, type: 'text', createable: true, updateable: true, unique: true };
    return new Map([[name, key], ...fields[object]]);
  };
  return { person: complete('person'), call: complete('call'), task: complete('task') };
}

function standardFields(object: CrmObject): Map<string, CrmField> {
  return new Map(
    Object.entries(STANDARD[object]).map(([name, kind]) => {
      const type = typeof kind === 'string' ? kind : 'option';
      const field: CrmField = {
        name,
        label: name,
        type,
        createable: true,
        updateable: true,
        ...(type === 'text' && { maxLength: MAX_TEXT_LENGTH }),
        ...(typeof kind !== 'string' && { options: kind.map((value) => ({ value, label: value })) }),
        ...(isRichText(name) && { markup: 'html' as const }),
        ...(name === 'hs_call_disposition' && { valueLabels: DISPOSITION_LABELS }),
      };
      return [name, field];
    }),
  );
}
