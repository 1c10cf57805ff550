/** The rows of persons: one for each CRM record of the batch. */

import type { CrmClient } from '../crm.ts';
import { encodeFields, fieldsToRead, withoutReadOnly } from '../encode-fields.ts';
import type { Row } from '../rows/row.ts';
import type { PersonMatch } from './match.ts';
import { fieldsToWrite } from './merge-fields.ts';

export const personRowName = ({ key }: PersonMatch) => `person ${key}`;

/** Reads the present values of lists that are added to, unless the look-up already did. */
export async function personRows(
  client: CrmClient,
  matches: readonly PersonMatch[],
  signal?: AbortSignal,
): Promise<Row[]> {
  const current = await readLists(client, matches, signal);
  const group = client.limits.groupOf;
  return matches
    .flatMap((match) => personRow(client, match, current.get(match.id ?? '') ?? match.values) ?? [])
    .toSorted((a, b) => group(a).localeCompare(group(b)));
}

/**
 * A record that is there is updated by its id: one that is gone, or was merged into another, then says so, while an
 * upsert by a key that the record no longer carries would create a second one. Undefined: there is nothing to write.
 */
export function personRow(
  client: CrmClient,
  match: PersonMatch,
  current: ReadonlyMap<string, string>,
  name = personRowName(match),
): Row | undefined {
  if (match.action === 'none' || match.rejection || !isWritable(client, match)) return undefined;
  const operation = match.action === 'create' ? 'upsert' : 'update';
  const schema = client.schema.person;
  const writes = fieldsToWrite(match).filter(({ field }) => client.hasField?.(match.id, field) ?? true);
  const encoded = encodeFields(client, writes, schema, current);
  const { fields, skipped } = withoutReadOnly(encoded, schema, operation);
  if (match.action === 'update' && Object.keys(fields).length === 0) return undefined;
  const key = match.action === 'update' ? {} : { [client.keyFields.person]: match.key };
  return {
    name,
    object: 'person',
    operation,
    key: match.key,
    ...(operation === 'update' && { id: match.id! }),
    fields: { ...fields, ...key },
    skipped,
  };
}

/** A record of another kind is linked to, not written: the contact that a lead became. */
function isWritable(client: CrmClient, { id }: PersonMatch): boolean {
  return id === undefined || (client.personRecordUse?.(id) ?? 'write') === 'write';
}

async function readLists(
  client: CrmClient,
  matches: readonly PersonMatch[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const unread = matches.flatMap((match) => {
    const names = fieldsToRead(client, fieldsToWrite(match), client.schema.person);
    const missing = names.filter((name) => !match.values.has(name));
    return match.id !== undefined && missing.length > 0 ? [{ id: match.id, names }] : [];
  });
  if (unread.length === 0) return new Map();
  const fields = [...new Set(unread.flatMap(({ names }) => names))];
  const found = await client.readPeople(
    unread.map(({ id }) => id),
    fields,
    signal,
  );
  return new Map(found.map(({ id, values }) => [id, values]));
}
