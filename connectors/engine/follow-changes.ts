/**
 * Handles rows whose record turned out to be another one: a person protected by a duplicate rule, a converted
 * lead, an activity whose person got its id only now, an activity that is there already. Each step looks at the
 * rejections of the rows written so far and writes the rows that the discovery makes possible.
 */
import type { MatchPolicy } from '../connector.ts';
import { activityRow, type PlannedActivity } from './activity-rows.ts';
import type { CrmClient, Related } from './crm.ts';
import { matchRecord, type PersonMatch, usageOf } from './persons/match.ts';
import { personRow, personRowName } from './persons/person-rows.ts';
import type { RejectionKind } from './rows/rejection.ts';
import { UNREPORTED } from './rows/rejection.ts';
import { type Row, rejectionOf, writtenId } from './rows/row.ts';
import type { RowWriter } from './rows/row-writer.ts';

export interface WrittenBatch {
  readonly client: CrmClient;
  readonly policy: MatchPolicy;
  readonly writer: RowWriter;
  readonly signal: AbortSignal | undefined;
  readonly matches: readonly PersonMatch[];
  /** The record that a match turned out to be, by the name of its row; grows here. */
  readonly moved: Map<string, PersonMatch>;
  /** The rows written so far that are to be followed. */
  readonly rows: readonly Row[];
}

export interface WrittenActivities extends WrittenBatch {
  /** All activities of the batch, also those without a row yet. */
  readonly planned: readonly PlannedActivity[];
}

export async function followPersons(batch: WrittenBatch): Promise<void> {
  await useProtectedDuplicates(batch);
  await useConvertedRecords(batch);
}

export async function followActivities(batch: WrittenActivities): Promise<void> {
  await linkByRecordId(batch);
  await findExistingActivities(batch);
  await updateExistingActivities(batch);
}

/** The record that a duplicate rule protects is the person, unless by its key it is somebody else. */
async function useProtectedDuplicates(batch: WrittenBatch): Promise<void> {
  const { client, policy, writer, signal, matches, moved } = batch;
  const blocked = matches.flatMap((match) => {
    const rejection = rejectionOf(writer.results, personRowName(match));
    return rejection?.kind === 'duplicate' && rejection.id !== undefined ? [{ match, id: rejection.id }] : [];
  });
  if (blocked.length === 0) return;
  const ids = [...new Set(blocked.map(({ id }) => id))];
  const found = new Map(
    (await client.readPeople(ids, policy.ifEmpty, signal)).map((record) => [record.id, record]),
  );
  const rows: Row[] = [];
  for (const { match, id } of blocked) {
    const record = found.get(id);
    const person = match.people.find(({ hasExternalId }) => hasExternalId) ?? match.people[0]!;
    if (!record || !usageOf(person, record.key)) continue;
    // Two people of the batch are not written to one record.
    found.delete(id);
    const name = personRowName(match);
    const other = { ...matchRecord(person, record, policy), people: match.people };
    moved.set(name, other);
    const row = personRow(client, other, record.values, name);
    if (row) rows.push(row);
    else writer.results.set(name, { status: 'written', id, skipped: [] });
  }
  await writer.write(rows);
}

/** A converted record cannot be written any more; its calls belong to the record it became. */
async function useConvertedRecords({ client, writer, signal, ...batch }: WrittenBatch): Promise<void> {
  const rows = batch.rows.filter(({ name }) => rejectionOf(writer.results, name)?.kind === 'converted');
  if (rows.length === 0 || !client.findConverted) return;
  const converted = await client.findConverted(rows, signal);
  const again: Row[] = [];
  for (const row of rows) {
    const id = converted.get(row.name);
    if (id === undefined) continue;
    if (row.object === 'person') writer.results.set(row.name, { status: 'written', id, skipped: [] });
    else again.push({ ...row, parentId: id });
  }
  await writer.write(again.map(withoutParentKey));
}

const LINKABLE: readonly RejectionKind[] = ['parent-missing', 'converted', 'parent-reference'];

/** Activities that named a person by key, or whose person moved, are written with the id that is known now. */
async function linkByRecordId({ client, writer, rows }: WrittenBatch): Promise<void> {
  const suspects = rows.filter(({ name }) => rejectionOf(writer.results, name)?.kind === 'parent-reference');
  const linkable = rows.flatMap((row): Row[] => {
    const rejection = rejectionOf(writer.results, row.name);
    const id = row.parent === undefined ? undefined : writtenId(writer.results, row.parent);
    if (!rejection || !LINKABLE.includes(rejection.kind) || id === undefined) return [];
    return [withoutParentKey({ ...row, parentId: id })];
  });
  if (linkable.length === 0) return;
  await writer.write(linkable);
  // The CRM rejected the key, and would do so again; with the id the same rows are accepted.
  const accepted = suspects.every(({ name }) => writer.results.get(name)?.status === 'written');
  if (suspects.length > 0 && accepted) client.stopNesting?.();
}

/** An activity that the CRM reports as present, without its id, counts as written only when a look-up finds it. */
async function findExistingActivities({ client, writer, signal, planned }: WrittenActivities): Promise<void> {
  const unsure = planned.filter(({ name }) => {
    const result = writer.results.get(name);
    return result?.status === 'written' && result.id === undefined;
  });
  const ids = await findActivityIds(client, unsure, signal);
  for (const { name } of unsure) {
    const id = ids.get(name);
    if (id === undefined) writer.results.set(name, { status: 'rejected', rejection: UNREPORTED });
    else writer.results.set(name, { status: 'written', id, skipped: [], alreadyThere: true });
  }
}

/** Record ids by row name, of those activities that are in the CRM. */
export async function findActivityIds(
  client: CrmClient,
  planned: readonly PlannedActivity[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const [object, some] of Map.groupBy(planned, (activity) => activity.object)) {
    const keys = some.map(({ key }) => key);
    const found = await client.findActivities(object, keys, signal);
    for (const { name, key } of some) if (found.has(key)) ids.set(name, found.get(key)!);
  }
  return ids;
}

/** An activity that an earlier version of the event may have written gets the values of this version. */
async function updateExistingActivities({ client, writer, planned }: WrittenActivities): Promise<void> {
  const rows = planned.flatMap((activity): Row[] => {
    const result = writer.results.get(activity.name);
    const { possiblyWritten, keepCall } = activity.entry.record;
    const mayChange = possiblyWritten && !(keepCall && activity.object === 'call');
    const outdated = mayChange && result?.status === 'written';
    if (!outdated || !result.alreadyThere || result.id === undefined) return [];
    return [withoutParentKey(activityRow(client, { ...activity, existingId: result.id }, UNRELATED))];
  });
  await writer.write(rows);
}

const UNRELATED: Related = { fields: new Map(), skipped: [] };

function withoutParentKey({ parentKey: _, ...row }: Row): Row {
  return row;
}
