/** The rows of people: one for each CRM record of the batch. */
import { fieldsOf, type Target } from '../people.ts';
import { PERSON_KEY } from './keys.ts';
import { readPeople } from './lookup.ts';
import { lookupOf, nameOf, type Org } from './org.ts';
import type { Row } from './rows.ts';
import { needsCurrent, toJson } from './values.ts';

export async function rowsOfPeople(
  org: Org,
  targets: readonly Target[],
  signal?: AbortSignal,
): Promise<Row[]> {
  const { personObject: sobject, schema } = org;
  const current = await readAppended(org, targets, signal);
  const rows = targets.flatMap((target): Row[] => {
    const writes = fieldsOf(target);
    if (target.kind === 'none' || (target.kind === 'known' && writes.length === 0)) return [];
    const values = current.get(target.id ?? '') ?? target.values;
    const fields = { ...toJson(writes, schema.fields.person, values), [PERSON_KEY]: target.key };
    const name = nameOf.person(target);
    if (target.kind !== 'adopt') return [{ name, operation: 'upsert', sobject, fields }];
    return [{ name, operation: 'update', sobject, fields: { Id: target.id, ...fields } }];
  });
  // Collections of one kind lie together.
  return rows.toSorted((a, b) => a.operation.localeCompare(b.operation));
}

async function readAppended(org: Org, targets: readonly Target[], signal?: AbortSignal) {
  const extended = targets.filter((target) => target.id !== undefined && fieldsOf(target).some(needsCurrent));
  const fields = [
    ...new Set(
      extended.flatMap((target) =>
        fieldsOf(target)
          .filter(needsCurrent)
          .map(({ field }) => field),
      ),
    ),
  ];
  if (extended.length === 0) return new Map<string, ReadonlyMap<string, string>>();
  const found = await readPeople(
    { ...lookupOf(org), fields },
    extended.map(({ id }) => id!),
    signal,
  );
  return new Map(found.map(({ id, values }) => [id, values]));
}
