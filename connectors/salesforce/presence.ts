/** Tasks that are said to be there already. */
import { TASK_KEY } from './keys.ts';
import type { Org } from './org.ts';
import type { Row, RowResult } from './rows.ts';
import { isIn, queryPath } from './soql.ts';

/** "Already there" without an id is believed only when the record is found. */
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
  const soql = `SELECT Id, ${TASK_KEY} FROM Task WHERE ${isIn(TASK_KEY, keys)}`;
  const answers = await transport.composite(
    [{ referenceId: 'tasks', method: 'GET', path: queryPath(soql) }],
    signal,
  );
  const { records = [] } = (answers?.get('tasks')?.body ?? {}) as { records?: Record<string, string>[] };
  const ids = new Map(records.map((record) => [record[TASK_KEY], record.Id]));
  for (const { name, fields } of unsure) {
    const id = ids.get(String(fields[TASK_KEY]));
    const passing = { kind: 'passing', reason: 'Salesforce says it is there, but does not show it' } as const;
    results.set(
      name,
      id === undefined ? { status: 'refused', refusal: passing } : { status: 'written', id, leftOut: [] },
    );
  }
}
