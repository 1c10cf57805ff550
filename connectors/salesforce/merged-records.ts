/**
 * Where merged records went: a merge deletes all but one of them, and the deleted ones name it (`MasterRecordId`).
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contact.htm
 */
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

/** Without the answer the records are gone: their people are looked up again. */
function unlessRejected(error: unknown): [] {
  if (isQueryRejected(error)) return [];
  throw error;
}
