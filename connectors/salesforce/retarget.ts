/** People who turn out to be another record than the one their rows were for. */
import { howToUse, type PersonMatch } from '../engine/persons/match.ts';
import { PERSON_KEY } from './keys.ts';
import { readPeople } from './lookup.ts';
import { lookupOf, nameOf, type Org } from './org.ts';
import { personRow } from './person-rows.ts';
import { conditionsOf, runQueries } from './query.ts';
import type { Refusal } from './refusals.ts';
import type { Row, RowResult } from './row.ts';
import { writeRows } from './rows.ts';

/** What a batch has written so far; mended in place. */
export interface Written {
  readonly targets: readonly PersonMatch[];
  readonly people: readonly Row[];
  readonly tasks: readonly Row[];
  readonly results: Map<string, RowResult>;
  /** The record that a target turned out to be, by the name of its row. */
  readonly moved: Map<string, PersonMatch>;
}

/** Answers whether the org refuses tasks that name their person by key: it takes the same ones with the id. */
export async function retarget(org: Org, written: Written, signal?: AbortSignal): Promise<boolean> {
  await useDuplicates(org, written, signal);
  const contacts = await useContactsOfLeads(org, written, signal);
  const { tasks, results } = written;
  const suspects = tasks.filter(({ name }) => refusalOf(results, name)?.kind === 'nesting');
  const linkable = tasks.flatMap((row): Row[] => {
    const refusal = refusalOf(results, row.name);
    if (!refusal || !['orphan', 'converted', 'nesting'].includes(refusal.kind)) return [];
    const parent = row.parent === undefined ? undefined : results.get(row.parent);
    const id = parent?.status === 'written' ? parent.id : contacts.get(String(row.fields.WhoId));
    if (id === undefined) return [];
    const { Who: _, ...fields } = row.fields;
    return [{ ...row, fields: { ...fields, WhoId: id } }];
  });
  if (linkable.length > 0) merge(results, await writeRows(org.transport, linkable, signal));
  return suspects.length > 0 && suspects.every(({ name }) => results.get(name)?.status === 'written');
}

/** The record that a duplicate rule protects is the person, unless it is somebody else's by its key. */
async function useDuplicates(
  org: Org,
  { targets, results, moved }: Written,
  signal?: AbortSignal,
): Promise<void> {
  const blocked = targets.flatMap((target) => {
    const refusal = refusalOf(results, nameOf.person(target));
    return refusal?.kind === 'duplicate' && refusal.id !== undefined ? [{ target, id: refusal.id }] : [];
  });
  if (blocked.length === 0) return;
  const found = await readPeople(lookupOf(org), [...new Set(blocked.map(({ id }) => id))], signal);
  const taken = new Set<string>();
  const rows: Row[] = [];
  for (const { target, id } of blocked) {
    const record = found.find((each) => each.id === id);
    const person = target.people.find(({ hasExternalId }) => hasExternalId) ?? target.people[0]!;
    const kind = record && !taken.has(id) ? howToUse(person, record.key) : undefined;
    if (!record || !kind) continue;
    taken.add(id);
    const { values, key = target.key } = record;
    const empty = org.policy.ifEmpty.filter((field) => (values.get(field) ?? '') === '');
    const other: PersonMatch = {
      ...target,
      kind,
      id,
      key: kind === 'known' ? key : target.key,
      empty,
      values,
    };
    const name = nameOf.person(target);
    moved.set(name, other);
    const row = personRow(org, other, values, name);
    if (row) rows.push(row);
    else results.set(name, { status: 'written', id, skippedFields: [] });
  }
  if (rows.length > 0) merge(results, await writeRows(org.transport, rows, signal));
}

/** A converted lead cannot be written any more; its calls belong to the contact. Answers contacts by lead. */
async function useContactsOfLeads(
  { transport }: Org,
  { people, tasks, results }: Written,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const converted = [...people, ...tasks].filter(
    ({ name }) => refusalOf(results, name)?.kind === 'converted',
  );
  const leadIds = converted.flatMap(({ sobject, fields }) =>
    String(sobject === 'Task' ? (fields.WhoId ?? '') : (fields.Id ?? '')),
  );
  const keys = converted.flatMap(({ sobject, fields }) =>
    sobject !== 'Task' && fields.Id === undefined ? String(fields[PERSON_KEY]) : [],
  );
  const conditions = [
    ...conditionsOf(
      'Id',
      leadIds.filter((id) => id !== ''),
    ),
    ...conditionsOf(PERSON_KEY, keys),
  ];
  const select = `SELECT Id, ${PERSON_KEY}, ConvertedContactId FROM Lead WHERE IsConverted = true AND`;
  const leads = await runQueries(
    transport,
    conditions.map((condition) => `${select} ${condition}`),
    signal,
  );
  const contacts = new Map<string, string>();
  for (const { Id, ConvertedContactId: contact, [PERSON_KEY]: key } of leads) {
    if (typeof contact !== 'string') continue;
    contacts.set(Id, contact);
    const row = converted.find(
      ({ sobject, fields }) =>
        sobject !== 'Task' && (fields.Id ? fields.Id === Id : fields[PERSON_KEY] === key),
    );
    if (row) results.set(row.name, { status: 'written', id: contact, skippedFields: [] });
  }
  return contacts;
}

function refusalOf(results: ReadonlyMap<string, RowResult>, name: string): Refusal | undefined {
  const result = results.get(name);
  return result?.status === 'refused' ? result.refusal : undefined;
}

function merge(results: Map<string, RowResult>, more: ReadonlyMap<string, RowResult>): void {
  for (const [name, result] of more) results.set(name, result);
}
