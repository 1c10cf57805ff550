/**
 * What became of persons' records: of whichever object they are, whatever the mapping says now, since it may have said
 * otherwise when they were written.
 */
import type { CompositeApi } from './composite.ts';
import { findSuccessors } from './merged-records.ts';
import { runQueries } from './query.ts';
import { isContactId, isLeadId, toId18 } from './record-id.ts';
import { conditionsOf } from './soql.ts';

const OBJECTS = ['Contact', 'Lead'].map((name) => ({ name, describes: new Map() }));

/**
 * The record that each id leads to now: itself, the one it was merged into, or the contact that a lead became; absent
 * when it is gone. One request, and a few more where some were merged, converted or are gone.
 */
export async function locatePeople(
  api: CompositeApi,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const contacts = conditionsOf('Id', ids.filter(isContactId));
  const leads = conditionsOf('Id', ids.filter(isLeadId));
  const queries = [
    ...contacts.map((condition) => `SELECT Id FROM Contact WHERE ${condition}`),
    ...leads.map((condition) => `SELECT Id, ConvertedContactId FROM Lead WHERE ${condition}`),
  ];
  const found = await runQueries(api, queries, signal);
  const located = new Map<string, string>();
  const moved = new Map<string, string>();
  for (const { Id, ConvertedContactId: contact } of found) {
    if (typeof contact === 'string') moved.set(toId18(Id), toId18(contact));
    else located.set(toId18(Id), toId18(Id));
  }
  const missing = ids.filter((id) => !located.has(id) && !moved.has(id));
  const merged = await findSuccessors({ api, objects: OBJECTS }, missing, signal);
  for (const [id, successor] of merged) moved.set(id, successor);
  const further = await locatePeople(api, [...new Set(moved.values())], signal);
  for (const [id, next] of moved) if (further.has(next)) located.set(id, further.get(next)!);
  return located;
}
