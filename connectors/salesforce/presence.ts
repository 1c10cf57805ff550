/** Tasks that are said to be there already, without saying where: believed only when they are found. */
import { TASK_KEY } from './keys.ts';
import type { Org } from './org.ts';
import { conditionsOf, runQueries } from './query.ts';
import type { Row, RowResult } from './row.ts';
import { writeRows } from './rows.ts';

export async function confirmPresent(
  { transport }: Org,
  tasks: readonly Row[],
  results: Map<string, RowResult>,
  signal?: AbortSignal,
): Promise<void> {
  const unsure = tasks.filter(({ name }) => {
    const result = results.get(name);
    return result?.status === 'written' && result.id === undefined;
  });
  if (unsure.length === 0) return;
  const keys = unsure.map(({ fields }) => String(fields[TASK_KEY]));
  const queries = conditionsOf(TASK_KEY, keys).map(
    (condition) => `SELECT Id, ${TASK_KEY} FROM Task WHERE ${condition}`,
  );
  const found = await runQueries(transport, queries, signal);
  const ids = new Map(found.map((record) => [record[TASK_KEY], record.Id]));
  for (const { name, fields } of unsure) {
    const id = ids.get(String(fields[TASK_KEY]));
    const passing = { kind: 'passing', reason: 'Salesforce says it is there, but does not show it' } as const;
    results.set(
      name,
      id === undefined
        ? { status: 'refused', refusal: passing }
        : { status: 'written', id, skippedFields: [], already: true },
    );
  }
}

/** Tasks of an earlier version of their event, whose answer was lost, get what the later one says. */
export async function renew(
  { transport }: Org,
  tasks: readonly Row[],
  revised: ReadonlySet<string>,
  results: Map<string, RowResult>,
  signal?: AbortSignal,
): Promise<void> {
  const rows = tasks.flatMap((row): Row[] => {
    const result = results.get(row.name);
    if (!revised.has(row.name) || result?.status !== 'written' || !result.already) return [];
    const { [TASK_KEY]: _, TaskSubtype: __, Who: ___, ...fields } = row.fields;
    return [{ ...row, operation: 'update', fields: { Id: result.id, ...fields } }];
  });
  if (rows.length === 0) return;
  for (const [name, result] of await writeRows(transport, rows, signal)) results.set(name, result);
}
