/** Converted leads cannot be written any more: their calls belong to the contacts they became. */
import type { Row } from '../engine/rows/row.ts';
import type { CompositeApi } from './composite.ts';
import { PERSON_KEY } from './keys.ts';
import { runQueries } from './query.ts';
import { conditionsOf } from './soql.ts';

/** Contact ids by the names of the rows that were rejected for a lead; one request. */
export async function findContactsOfLeads(
  api: CompositeApi,
  rows: readonly Row[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap((row) => leadIdOf(row) ?? []);
  const keys = rows.flatMap((row) => (leadIdOf(row) === undefined && row.object === 'person' ? row.key : []));
  const conditions = [...conditionsOf('Id', ids), ...conditionsOf(PERSON_KEY, keys)];
  const select = `SELECT Id, ${PERSON_KEY}, ConvertedContactId FROM Lead WHERE IsConverted = true AND`;
  const leads = await runQueries(
    api,
    conditions.map((condition) => `${select} ${condition}`),
    signal,
  );
  const contacts = new Map<string, string>();
  for (const { Id, ConvertedContactId, [PERSON_KEY]: key } of leads) {
    if (typeof ConvertedContactId !== 'string') continue;
    for (const row of rows) {
      const lead = leadIdOf(row);
      if (lead === undefined ? row.key === key : lead === Id) contacts.set(row.name, ConvertedContactId);
    }
  }
  return contacts;
}

/** Of a task the lead it is linked to; undefined for a person who is upserted by key. */
function leadIdOf({ object, id, parentId }: Row): string | undefined {
  return object === 'person' ? id : parentId;
}
