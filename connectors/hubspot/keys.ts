/** The unique properties by which records are found again: the same call is always the same record. */
import type { CrmObject, FieldDefinition } from '../connector.ts';
import { PROVISION } from '../engine/commands.ts';
import type { ObjectType } from './api.ts';

export const PROPERTY_GROUP = { name: 'altur', label: 'Altur' };

export const OBJECT_TYPES: Readonly<Record<CrmObject, ObjectType>> = {
  person: 'contacts',
  call: 'calls',
  task: 'tasks',
};

const key = (object: CrmObject, name: string, label: string): FieldDefinition => {
  return { object, name, label, type: 'text', unique: true };
};

export const KEY_PROPERTIES: Readonly<Record<CrmObject, FieldDefinition>> = {
  person: key('person', 'altur_person_key', 'Altur person key'),
  call: key('call', 'altur_call_id', 'Altur call id'),
  task: key('task', 'altur_task_key', 'Altur task key'),
};

export const DELETE_PLAIN_KEY = `is not unique: delete it in HubSpot (Settings → Properties), then run ${PROVISION}`;

/** Of a key that was created less than a minute ago: HubSpot may still be at it. */
export const NOT_YET_UNIQUE = `is not listed as unique yet, since it was created a moment ago: run ${PROVISION} again in a minute`;
