/** The unique fields by which records are found again. Call ids differ in case only, so both are case-sensitive. */
import type { CrmObject, FieldDefinition } from '../connector.ts';

export const PERSON_KEY = 'Altur_Person_Key__c';
/** Of calls the call id, of follow-ups `<call id>:<rule>`; defined on Activity, seen on Task. */
export const TASK_KEY = 'Altur_Call_Id__c';

export const KEY_FIELDS: Readonly<Record<CrmObject, string>> = {
  person: PERSON_KEY,
  call: TASK_KEY,
  task: TASK_KEY,
};

export const KEYS: readonly FieldDefinition[] = [
  { object: 'person', name: PERSON_KEY, label: 'Altur Person Key', type: 'text', unique: true },
  { object: 'call', name: TASK_KEY, label: 'Altur Call Id', type: 'text', unique: true },
];
