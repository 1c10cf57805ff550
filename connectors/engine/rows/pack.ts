/** Rows as requests, within the CRM's limits of rows, groups and bytes. */
import type { Row } from './row.ts';

export interface RowLimits {
  readonly rowsPerGroup: number;
  readonly groupsPerRequest: number;
  readonly bytesPerRequest: number;
  /** Rows of which this is the same may share a group, such as `calls upsert`. */
  groupOf(row: Row): string;
}

/** Rows that the CRM takes as one list. */
export type RowGroup = readonly Row[];

/** Keeps the order of the rows. `sizeOf`: how many rows a group of this kind may hold. */
export function* packRequests(
  rows: readonly Row[],
  limits: RowLimits,
  sizeOf: (group: string) => number = () => limits.rowsPerGroup,
): Generator<readonly RowGroup[]> {
  let request: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row.fields)) + row.key.length;
    const group = request.at(-1);
    const kind = limits.groupOf(row);
    const sameKind = group !== undefined && limits.groupOf(group[0]!) === kind;
    const fits = sameKind && group.length < sizeOf(kind);
    // A reduced group is all that one request may hold of its kind.
    const isReduced = sameKind && sizeOf(kind) < limits.rowsPerGroup;
    const needsRequest = !fits && (isReduced || request.length === limits.groupsPerRequest);
    if (request.length > 0 && (needsRequest || bytes + size > limits.bytesPerRequest)) {
      yield request;
      [request, bytes] = [[[row]], size];
      continue;
    }
    if (fits) group!.push(row);
    else request.push([row]);
    bytes += size;
  }
  if (request.length > 0) yield request;
}
