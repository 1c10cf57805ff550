/** Unique keys are foreign data and may be longer than the CRM's field. */
import { createHash } from 'node:crypto';
import type { CrmField, Identity, Person } from '../connector.ts';

const DEFAULT_LENGTH = 255;
const DIGEST_LENGTH = 32;

/** The same long key always becomes the same short one. */
export function fitKey(key: string, field: CrmField | undefined): string {
  const length = field?.maxLength ?? DEFAULT_LENGTH;
  if (key.length <= length) return key;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, DIGEST_LENGTH);
  return `${key.slice(0, Math.max(0, length - DIGEST_LENGTH - 1))}~${digest}`;
}

/**
 * The person with keys that fit their field. Record ids are brought into the CRM's own form; one that is none is
 * dropped, since it would fail the query for everybody (`toRecordId` answers undefined).
 */
export function withUsableIdentities(
  person: Person,
  keyField: CrmField | undefined,
  toRecordId: (text: string) => string | undefined,
): Person {
  const identities = person.identities.flatMap((identity): Identity[] => {
    if (identity.by === 'key') return [{ ...identity, value: fitKey(identity.value, keyField) }];
    if (identity.by !== 'record-id') return [identity];
    const id = toRecordId(identity.value);
    return id === undefined ? [] : [{ ...identity, value: id }];
  });
  return { ...person, key: fitKey(person.key, keyField), identities };
}
