/** The fields by which records are found again. Call ids differ in case only, so both keys are case-sensitive. */
import { createHash } from 'node:crypto';
import type { Person } from '../connector.ts';
import type { Describe } from './schema.ts';

export const PERSON_KEY = 'Altur_Person_Key__c';
/** Of calls the call id, of follow-ups `<call id>:<rule>`; defined on Activity, seen on Task. */
export const TASK_KEY = 'Altur_Call_Id__c';

const LENGTH = 255;
const DIGEST = 32;

/** Ids are foreign and may be longer than their field: the same long one is always the same short one. */
export function fitKey(key: string, field: Describe | undefined): string {
  const length = field?.length || LENGTH;
  if (key.length <= length) return key;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, DIGEST);
  return `${key.slice(0, Math.max(0, length - DIGEST - 1))}~${digest}`;
}

export function withFittingKey(person: Person, field: Describe | undefined): Person {
  const identities = person.identities.map((identity) =>
    identity.by === 'key' ? { ...identity, value: fitKey(identity.value, field) } : identity,
  );
  return { ...person, key: fitKey(person.key, field), identities };
}
