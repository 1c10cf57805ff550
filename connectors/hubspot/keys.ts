/** The unique properties by which records are found again: the same call is always the same record. */
import type { CrmObject } from '../connector.ts';
import type { ObjectType } from './api.ts';

export const PROPERTY_GROUP = { name: 'altur', label: 'Altur' };

export const OBJECT_TYPES: Readonly<Record<CrmObject, ObjectType>> = {
  person: 'contacts',
  call: 'calls',
  task: 'tasks',
};

export const KEY_PROPERTIES: Readonly<Record<CrmObject, { readonly name: string; readonly label: string }>> =
  {
    person: { name: 'altur_person_key', label: 'Altur person key' },
    call: { name: 'altur_call_id', label: 'Altur call id' },
    task: { name: 'altur_task_key', label: 'Altur task key' },
  };
