/** People who turn out to be another record than the one their rows were for. */

import { PERSON_KEY } from './keys.ts';
import type { Org } from './org.ts';
import { type Row, type RowResult, writeRows } from './rows.ts';
import { isIn, queryPath } from './soql.ts';

/** The one that a duplicate rule names, or the contact a lead became. */
export async function retarget(
  org: Org,
  people: readonly Row[],
  tasks: readonly Row[],
  results: Map<string, RowResult>,
  signal?: AbortSignal,
): Promise<void> {
  const moved: Row[] = [];
  for (const row of people) {
    const result = results.get(row.name);
    if (result?.status !== 'refused') continue;
    const { refusal } = result;
    if (refusal.kind === 'duplicate' && refusal.id !== undefined) {
      const { [PERSON_KEY]: _, ...fields } = row.fields;
      // The record it resembles gets our key only if it has none of its own, which we cannot see here.
      moved.push({ ...row, operation: 'update', fields: { ...emptyOnly(fields, org), Id: refusal.id } });
    } else if (refusal.kind === 'converted') {
      const id = await contactOf(org, row, signal);
      if (id !== undefined) results.set(row.name, { status: 'written', id, leftOut: [] });
    }
  }
  if (moved.length > 0)
    for (const [name, result] of await writeRows(org.transport, moved, signal)) results.set(name, result);
  const linkable = tasks.flatMap((row) => {
    const parent = row.parent === undefined ? undefined : results.get(row.parent);
    const own = results.get(row.name);
    const lost = own?.status === 'refused' && ['orphan', 'converted'].includes(own.refusal.kind);
    if (!lost || parent?.status !== 'written' || parent.id === undefined) return [];
    const { Who: _, ...fields } = row.fields;
    return [{ ...row, fields: { ...fields, WhoId: parent.id } }];
  });
  if (linkable.length === 0) return;
  for (const [name, result] of await writeRows(org.transport, linkable, signal)) results.set(name, result);
}

function emptyOnly(fields: Record<string, unknown>, { policy }: Org): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !policy.ifEmpty.includes(name)));
}

async function contactOf(
  { transport }: Org,
  { fields }: Row,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const [name, value] = fields.Id === undefined ? [PERSON_KEY, fields[PERSON_KEY]] : ['Id', fields.Id];
  const soql = `SELECT ConvertedContactId FROM Lead WHERE ${isIn(name, [String(value)])} AND IsConverted = true`;
  const answers = await transport.composite(
    [{ referenceId: 'lead', method: 'GET', path: queryPath(soql) }],
    signal,
  );
  const { records = [] } = (answers?.get('lead')?.body ?? {}) as {
    records?: { ConvertedContactId?: string }[];
  };
  return records[0]?.ConvertedContactId;
}
