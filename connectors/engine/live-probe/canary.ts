/** Records that a live probe writes: clearly named, found by no customer's data, deleted afterwards. */
import { randomInt, randomUUID } from 'node:crypto';
import type { CallRecord, FieldWrite, Person, Phone } from '../../connector.ts';

/** The fields of a canary's records, as the mapping would write them. */
export interface CanaryFields {
  /** `phone`: the canary's number, in E.164. */
  person(phone: string): readonly FieldWrite[];
  readonly call: readonly FieldWrite[];
  /** Absent when the mapping writes no tasks. */
  readonly task?: readonly FieldWrite[];
}

export const CANARY_NAME = 'Altur canary (may be deleted)';

export interface Canary {
  readonly record: CallRecord;
  readonly person: Person;
  readonly phone: Phone;
}

/** `suffix`: separates the canaries of one probe. People are looked up by key only, so that no customer is adopted. */
export function createCanary(fields: CanaryFields, suffix: string): Canary {
  const id = randomUUID().slice(0, 8);
  const phone = canaryPhone();
  const key = `altur-canary-${id}-${suffix}`;
  const person: Person = {
    key,
    hasExternalId: true,
    identities: [{ by: 'key', value: key }],
    fields: fields.person(phone.e164),
  };
  const callId = `canary_${id}_${suffix}`;
  const record: CallRecord = {
    callId,
    endedAt: Date.now(),
    person,
    call: { fields: fields.call },
    tasks: fields.task ? [{ key: `${callId}:canary`, fields: fields.task }] : [],
    skippedFields: [],
  };
  return { record, person, phone };
}

function canaryPhone(): Phone {
  const national = `55${randomInt(10_000_000, 99_999_999)}`;
  return { e164: `+52${national}`, national: [national], textForms: [`+52${national}`, national] };
}
