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

/** Keeps the order of the rows. */
export function* packRequests(rows: readonly Row[], limits: RowLimits): Generator<readonly RowGroup[]> {
  let request: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row.fields)) + row.key.length;
    const group = request.at(-1);
    const fits =
      group !== undefined &&
      limits.groupOf(group[0]!) === limits.groupOf(row) &&
      group.length < limits.rowsPerGroup;
    const needsRequest = !fits && request.length === limits.groupsPerRequest;
    if (request.length > 0 && (needsRequest || bytes + size > limits.bytesPerRequest)) {
      yield request;
      [request, bytes] = [[[row]], size];
      continue;
    }
    if (fits) group.push(row);
    else request.push([row]);
    bytes += size;
  }
  if (request.length > 0) yield request;
}
