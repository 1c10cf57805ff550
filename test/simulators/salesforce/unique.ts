import { otherHolder } from '../kit/unique-keys.ts';
import { RecordRefused } from './api-error.ts';
import type { SObject } from './field.ts';
import type { Org } from './org.ts';
import { shortId } from './record-id.ts';
import type { Row, Value } from './row.ts';

/** Rejects a value of a unique field that another row has. */
export function checkUnique(
  org: Org,
  object: SObject,
  values: Readonly<Record<string, Value>>,
  self: Row | undefined,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (!object.fields.get(name)?.unique) continue;
    const other = otherHolder(org.table(object.name), name, value, ({ Id }) => Id === self?.Id);
    if (other) throw duplicateValue(org, name, other);
  }
  if (object.name === 'PermissionSetAssignment') checkAssignment(org, values);
}

/** A permission set is assigned to a user once. */
function checkAssignment(
  org: Org,
  { PermissionSetId = null, AssigneeId }: Readonly<Record<string, Value>>,
): void {
  const assignments = org.table('PermissionSetAssignment').matches('PermissionSetId', PermissionSetId);
  const other = assignments.find((row) => row.AssigneeId === AssigneeId);
  if (other) throw duplicateValue(org, 'PermissionSetId', other);
}

function duplicateValue(org: Org, field: string, other: Row): RecordRefused {
  const [what, id] =
    org.settings.duplicateValue === 'named' ? [field, shortId(other.Id)] : ['<unknown>', '<unknown>'];
  const message = `duplicate value found: ${what} duplicates value on record with id: ${id}`;
  return new RecordRefused('DUPLICATE_VALUE', message);
}
