/**
 * Where merged records went: a merge deletes all but one of them, and the deleted ones name it (`MasterRecordId`).
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contact.htm
 */
import { PERSON_KEY } from './keys.ts';
import type { PersonTable } from './person-objects.ts';
import { isQueryRejected, runQueries } from './query.ts';
import { isIdOf, toId18 } from './record-id.ts';
import { conditionsOf } from './soql.ts';

/** A record may have been merged into one that was merged later. */
const MAX_MERGES = 3;

/** The surviving record's id by the id of each record that was merged into it. One request for a generation of merges. */
export async function findSuccessors(
  { api, objects }: PersonTable,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const successors = new Map<string, string>();
  let sought: readonly string[] = ids;
  for (let generation = 0; sought.length > 0 && generation < MAX_MERGES; generation += 1) {
    const queries = objects.flatMap(({ name }) => {
      const own = sought.filter((id) => isIdOf(name, id));
      const select = `SELECT Id, MasterRecordId FROM ${name} WHERE IsDeleted = true AND MasterRecordId != null AND`;
      return conditionsOf('Id', own).map((condition) => `${select} ${condition}`);
    });
    const found = await runQueries(api, queries, signal, { deleted: true }).catch(unlessRejected);
    const masters = new Map(
      found.map(({ Id, MasterRecordId }) => [toId18(Id), toId18(String(MasterRecordId))]),
    );
    for (const id of ids) {
      const now = successors.get(id) ?? id;
      if (masters.has(now)) successors.set(id, masters.get(now)!);
    }
    sought = [...new Set(masters.values())];
  }
  return successors;
}

/** By key: the surviving record's id of a record with this key that was merged; none where a record has the key now. */
export async function findSuccessorsByKey(
  table: PersonTable,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const select = `SELECT Id, IsDeleted, MasterRecordId, ${PERSON_KEY} FROM`;
  const queries = table.objects.flatMap(({ name }) => {
    return conditionsOf(PERSON_KEY, keys).map((condition) => `${select} ${name} WHERE ${condition}`);
  });
  const found = await runQueries(table.api, queries, signal, { deleted: true }).catch(unlessRejected);
  const masters = new Map<string, string>();
  for (const [key, records] of Map.groupBy(found, (record) => String(record[PERSON_KEY]))) {
    const merged = records.find(({ MasterRecordId }) => MasterRecordId != null);
    const isThere = records.some(({ IsDeleted }) => IsDeleted === false);
    if (merged && !isThere) masters.set(key, toId18(String(merged.MasterRecordId)));
  }
  const later = await findSuccessors(table, [...masters.values()], signal);
  return new Map([...masters].map(([key, id]) => [key, later.get(id) ?? id]));
}

/** Without the answer the records are gone: their people are looked up again. */
function unlessRejected(error: unknown): [] {
  if (isQueryRejected(error)) return [];
  throw error;
}
