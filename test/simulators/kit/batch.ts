/**
 * The rows of one request. A row that is rejected costs only itself when the vendor says so; any other error
 * rejects the request as a whole.
 */

export interface RowLimits {
  readonly max: number;
  readonly notAList: () => Error;
  readonly tooMany: (count: number) => Error;
}

/** The rows as sent; rejects the request when they are no list or too many. */
export function rowsOf(value: unknown, { max, notAList, tooMany }: RowLimits): readonly unknown[] {
  if (!Array.isArray(value)) throw notAList();
  if (value.length > max) throw tooMany(value.length);
  return value;
}

export type RowOutcome<Row, Result, Rejection> =
  | { readonly row: Row; readonly result: Result }
  | { readonly row: Row; readonly rejection: Rejection };

/** Runs the work of every row, in order. `keepsToRow` says which errors cost their row only. */
export function runRows<Row, Result, Rejection extends Error>(
  rows: readonly Row[],
  work: (row: Row) => Result,
  keepsToRow: (error: unknown) => error is Rejection,
): RowOutcome<Row, Result, Rejection>[] {
  return rows.map((row) => {
    try {
      return { row, result: work(row) };
    } catch (error) {
      if (!keepsToRow(error)) throw error;
      return { row, rejection: error };
    }
  });
}

/** Results and rejected rows, each in the order of the request. */
export function splitOutcomes<Row, Result, Rejection>(
  outcomes: readonly RowOutcome<Row, Result, Rejection>[],
) {
  const results: Result[] = [];
  const rejected: { readonly row: Row; readonly rejection: Rejection }[] = [];
  for (const outcome of outcomes) {
    if ('result' in outcome) results.push(outcome.result);
    else rejected.push(outcome);
  }
  return { results, rejected };
}

/** An order that differs from the request's but is the same in every run. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed >>> 0;
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
