/** The rows of people: one for each CRM record of the batch. */
import type { PersonMatch } from '../engine/persons/match.ts';
import { fieldsOf } from '../engine/persons/merge-fields.ts';
import { PERSON_KEY } from './keys.ts';
import { readPeople } from './lookup.ts';
import { lookupOf, nameOf, type Org } from './org.ts';
import type { Row } from './row.ts';
import { needsCurrent, toJson } from './values.ts';
import { writable } from './writable.ts';

export async function rowsOfPeople(
  org: Org,
  targets: readonly PersonMatch[],
  signal?: AbortSignal,
): Promise<Row[]> {
  const current = await readAppended(org, targets, signal);
  const rows = targets.flatMap(
    (target) => personRow(org, target, current.get(target.id ?? '') ?? target.values) ?? [],
  );
  // Collections of one kind lie together.
  return rows.toSorted((a, b) => a.operation.localeCompare(b.operation));
}

/** Who is there is written by id: a record that is gone, or was merged into another, then says so. */
export function personRow(
  org: Org,
  target: PersonMatch,
  values: ReadonlyMap<string, string>,
  name = nameOf.person(target),
): Row | undefined {
  const { personObject: sobject, schema } = org;
  if (target.kind === 'none' || isElsewhere(org, target)) return undefined;
  const operation = target.kind === 'create' ? 'upsert' : 'update';
  const json = toJson(fieldsOf(target), schema.fields.person, values);
  const { fields, skippedFields } = writable(
    json,
    schema.person,
    operation === 'upsert' ? 'create' : 'update',
  );
  if (target.kind === 'known' && Object.keys(fields).length === 0) return undefined;
  const id = operation === 'update' ? { Id: target.id } : {};
  const key = target.kind === 'known' ? {} : { [PERSON_KEY]: target.key };
  return { name, operation, sobject, fields: { ...id, ...fields, ...key }, skippedFields };
}

/** The contact that a lead became: linked to, but not ours to write as a lead. */
function isElsewhere({ personObject }: Org, { id }: PersonMatch): boolean {
  return personObject === 'Lead' && id !== undefined && !id.startsWith('00Q');
}

async function readAppended(org: Org, targets: readonly PersonMatch[], signal?: AbortSignal) {
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
