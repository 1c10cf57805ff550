/** The unique keys without which nothing can be written, for CRMs whose keys an administrator has to allow. */
import {
  CrmError,
  type CrmObject,
  type CrmSchema,
  type FieldDefinition,
  type Finding,
} from '../connector.ts';
import { PROVISION } from './commands.ts';
import type { LiveSchema } from './crm.ts';
import { ok, problem } from './doctor.ts';

export interface RequiredKeys {
  /** The CRM's name in messages. */
  readonly crm: string;
  readonly keys: readonly FieldDefinition[];
  /** The kinds of record the mapping writes. */
  readonly objects: readonly CrmObject[];
}

/** The first key that the schema lacks. */
export function missingKey(
  { keys, objects }: RequiredKeys,
  { fields }: LiveSchema,
): FieldDefinition | undefined {
  return keys.find(({ object, name }) => objects.includes(object) && !fields[object].has(name));
}

/** The schema. Throws CrmError when it lacks a key. */
export function requireKeys<Schema extends LiveSchema>(required: RequiredKeys, schema: Schema): Schema {
  const missing = missingKey(required, schema);
  if (!missing) return schema;
  const message = `${required.crm} has no ${missing.object} field ${missing.name}: run ${PROVISION}`;
  throw new CrmError('unauthorized', message, { code: 'KEY_FIELD_MISSING' });
}

/** A finding of `doctor` for each key. */
export function checkKeys({ keys, objects }: RequiredKeys, schema: CrmSchema): readonly Finding[] {
  return keys
    .filter(({ object }) => objects.includes(object))
    .map(({ object, name }) => {
      const subject = `${object}.${name}`;
      return schema[object].has(name)
        ? ok(subject, 'is there')
        : problem(subject, 'is missing', `run ${PROVISION}`);
    });
}
