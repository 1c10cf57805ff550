/** The properties that `provision` creates, for tests that start with a provisioned portal. */
import type { TypeName } from './object-type.ts';
import { type Property, property } from './property.ts';

const ALTUR = { type: 'string', fieldType: 'text', groupName: 'altur' } as const;

export const ALTUR_PROPERTIES: Readonly<Record<TypeName, readonly Property[]>> = {
  contacts: [
    property({ ...ALTUR, name: 'altur_person_key', label: 'Altur person key', hasUniqueValue: true }),
    property({ ...ALTUR, name: 'altur_status', label: 'Altur status' }),
    property({ ...ALTUR, name: 'altur_tags', label: 'Altur tags' }),
    property({ ...ALTUR, name: 'altur_last_call_at', type: 'datetime', fieldType: 'date' }),
  ],
  calls: [property({ ...ALTUR, name: 'altur_call_id', label: 'Altur call id', hasUniqueValue: true })],
  tasks: [property({ ...ALTUR, name: 'altur_task_key', label: 'Altur task key', hasUniqueValue: true })],
};
