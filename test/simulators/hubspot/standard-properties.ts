/** The standard properties that calls and their contacts use. */
import type { TypeName } from './object-type.ts';
import { type Property, property } from './property.ts';

const CONTACT = { groupName: 'contactinformation', hubspotDefined: true } as const;
const CALL = { groupName: 'call', hubspotDefined: true } as const;
const TASK = { groupName: 'task', hubspotDefined: true } as const;

const TEXT = { type: 'string', fieldType: 'text' } as const;
const HTML = { type: 'string', fieldType: 'html' } as const;
const PHONE = { type: 'string', fieldType: 'phonenumber' } as const;
const NUMBER = { type: 'number', fieldType: 'number' } as const;
const DATETIME = { type: 'datetime', fieldType: 'date' } as const;
const SELECT = { type: 'enumeration', fieldType: 'select' } as const;
const RADIO = { type: 'enumeration', fieldType: 'radio' } as const;
const BOOL = { type: 'bool', fieldType: 'booleancheckbox', options: ['true', 'false'] } as const;
const READ_ONLY = { readOnly: true } as const;
/** https://developers.hubspot.com/docs/api-reference/search/guide#search-through-phone-numbers */
const CALCULATED = { calculated: true, readOnly: true } as const;

/** https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide */
const DISPOSITIONS = [
  { label: 'Busy', value: '9d9162e7-6cf3-4944-bf63-4dff82258764' },
  { label: 'Connected', value: 'f240bbac-87c9-4f6e-bf70-924b57d47db7' },
  { label: 'Left live message', value: 'a4c4c377-d246-4b32-a13b-75a56a4cd0ff' },
  { label: 'Left voicemail', value: 'b2cf5968-551e-4856-9783-52b3da59a7d0' },
  { label: 'No answer', value: '73a0d17f-1163-4015-bdd5-ec830791da20' },
  { label: 'Wrong number', value: '17b47fee-58de-441e-a44c-c6300d46f273' },
];
const CALL_STATUSES = [
  ...['BUSY', 'CALLING_CRM_USER', 'CANCELED', 'COMPLETED', 'CONNECTING', 'FAILED', 'IN_PROGRESS'],
  ...['NO_ANSWER', 'QUEUED', 'RINGING', 'MISSED', 'HOLD', 'UNKNOWN'],
];
const LEAD_STATUSES = [
  ...['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'ATTEMPTED_TO_CONTACT', 'CONNECTED'],
  'BAD_TIMING',
];
const STAGES = [
  ...['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer'],
  ...['evangelist', 'other'],
];

export const STANDARD_PROPERTIES: Readonly<Record<TypeName, readonly Property[]>> = {
  contacts: [
    property({ ...CONTACT, ...TEXT, name: 'firstname', label: 'First Name' }),
    property({ ...CONTACT, ...TEXT, name: 'lastname', label: 'Last Name' }),
    property({ ...CONTACT, ...TEXT, name: 'email', label: 'Email', hasUniqueValue: true }),
    property({ ...CONTACT, ...PHONE, name: 'phone', label: 'Phone Number' }),
    property({ ...CONTACT, ...PHONE, name: 'mobilephone', label: 'Mobile Phone Number' }),
    property({ ...CONTACT, ...PHONE, name: 'hs_whatsapp_phone_number', label: 'WhatsApp Phone Number' }),
    property({ ...CONTACT, ...TEXT, ...READ_ONLY, name: 'hs_merged_object_ids' }),
    property({ ...CONTACT, ...TEXT, ...CALCULATED, name: 'hs_calculated_phone_number' }),
    property({ ...CONTACT, ...TEXT, ...CALCULATED, name: 'hs_calculated_mobile_number' }),
    property({ ...CONTACT, ...TEXT, ...CALCULATED, name: 'hs_searchable_calculated_phone_number' }),
    property({ ...CONTACT, ...TEXT, ...CALCULATED, name: 'hs_searchable_calculated_mobile_number' }),
    property({ ...CONTACT, ...TEXT, name: 'company', label: 'Company Name' }),
    property({ ...CONTACT, ...TEXT, name: 'jobtitle', label: 'Job Title' }),
    property({ ...CONTACT, ...TEXT, name: 'city', label: 'City' }),
    property({ ...CONTACT, ...TEXT, name: 'country', label: 'Country/Region' }),
    // Customers change this list: https://knowledge.hubspot.com/properties/hubspots-default-contact-properties
    property({
      ...CONTACT,
      ...RADIO,
      name: 'hs_lead_status',
      label: 'Lead Status',
      options: LEAD_STATUSES,
      readOnlyOptions: false,
    }),
    property({ ...CONTACT, ...RADIO, name: 'lifecyclestage', label: 'Lifecycle Stage', options: STAGES }),
    property({ ...CONTACT, ...SELECT, name: 'hubspot_owner_id', externalOptions: true }),
    property({ ...CONTACT, ...DATETIME, ...READ_ONLY, name: 'createdate', label: 'Create Date' }),
    property({ ...CONTACT, ...DATETIME, ...READ_ONLY, name: 'lastmodifieddate' }),
    property({ ...CONTACT, ...NUMBER, ...READ_ONLY, name: 'hs_object_id', label: 'Record ID' }),
  ],
  calls: [
    property({ ...CALL, ...DATETIME, name: 'hs_timestamp', label: 'Activity date' }),
    property({ ...CALL, ...TEXT, name: 'hs_call_title', label: 'Call Title' }),
    property({ ...CALL, ...HTML, name: 'hs_call_body', label: 'Call notes' }),
    property({ ...CALL, ...SELECT, name: 'hs_call_direction', options: ['INBOUND', 'OUTBOUND'] }),
    property({ ...CALL, ...NUMBER, name: 'hs_call_duration', label: 'Call duration' }),
    property({ ...CALL, ...TEXT, name: 'hs_call_from_number', label: 'From Number' }),
    property({ ...CALL, ...TEXT, name: 'hs_call_to_number', label: 'To Number' }),
    property({ ...CALL, ...SELECT, name: 'hs_call_status', label: 'Call Status', options: CALL_STATUSES }),
    property({ ...CALL, ...SELECT, name: 'hs_call_disposition', options: DISPOSITIONS }),
    property({ ...CALL, ...TEXT, name: 'hs_call_recording_url', label: 'Recording URL' }),
    property({ ...CALL, ...SELECT, name: 'hs_call_source', options: ['INTEGRATIONS_PLATFORM'] }),
    property({ ...CALL, ...TEXT, name: 'hs_call_external_id' }),
    property({ ...CALL, ...TEXT, name: 'hs_call_external_account_id' }),
    property({ ...CALL, ...NUMBER, name: 'hs_call_app_id' }),
    property({ ...CALL, ...NUMBER, name: 'hs_call_callee_object_id' }),
    property({ ...CALL, ...TEXT, name: 'hs_call_callee_object_type_id' }),
    property({ ...CALL, ...BOOL, ...READ_ONLY, name: 'hs_call_has_transcript' }),
    property({ ...CALL, ...TEXT, name: 'hs_activity_type', label: 'Call and meeting type' }),
    property({ ...CALL, ...TEXT, name: 'hs_attachment_ids' }),
    ...activityProperties(CALL),
  ],
  tasks: [
    property({ ...TASK, ...DATETIME, name: 'hs_timestamp', label: 'Due date' }),
    property({ ...TASK, ...TEXT, name: 'hs_task_subject', label: 'Task Title' }),
    property({ ...TASK, ...HTML, name: 'hs_task_body', label: 'Task Notes' }),
    property({
      ...TASK,
      ...SELECT,
      name: 'hs_task_status',
      options: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED'],
    }),
    property({ ...TASK, ...SELECT, name: 'hs_task_priority', options: ['NONE', 'LOW', 'MEDIUM', 'HIGH'] }),
    property({ ...TASK, ...SELECT, name: 'hs_task_type', options: ['EMAIL', 'CALL', 'TODO'] }),
    property({ ...TASK, ...TEXT, name: 'hs_task_reminders' }),
    ...activityProperties(TASK),
  ],
};

export const STANDARD_GROUPS: Readonly<Record<TypeName, string>> = {
  contacts: CONTACT.groupName,
  calls: CALL.groupName,
  tasks: TASK.groupName,
};

function activityProperties(group: typeof CALL | typeof TASK): Property[] {
  return [
    property({ ...group, ...SELECT, name: 'hubspot_owner_id', externalOptions: true }),
    property({ ...group, ...TEXT, ...READ_ONLY, name: 'hs_unique_creation_key', hasUniqueValue: true }),
    property({ ...group, ...DATETIME, ...READ_ONLY, name: 'hs_createdate' }),
    property({ ...group, ...DATETIME, ...READ_ONLY, name: 'hs_lastmodifieddate' }),
    property({ ...group, ...NUMBER, ...READ_ONLY, name: 'hs_object_id', label: 'Record ID' }),
  ];
}
