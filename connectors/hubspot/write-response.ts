/** What HubSpot answers to a batch of rows: who was written, who was rejected; of the rest it says nothing. */
import type { RowGroup } from '../engine/rows/pack.ts';
import type { Row } from '../engine/rows/row.ts';
import type { GroupResponse, RowResponse } from '../engine/rows/row-sender.ts';
import { type HubSpotError, readRejection } from './rejections.ts';

interface BatchBody {
  readonly results?: readonly {
    readonly id: string;
    readonly objectWriteTraceId?: string;
    readonly properties?: Readonly<Record<string, string | null>>;
  }[];
  readonly errors?: readonly HubSpotError[];
}

/** Marks a row in the request and in the errors of the response; unique in a batch. */
export function traceOf({ operation, id, key }: Row): string {
  return operation === 'update' ? id! : key;
}

/** Does the response mention no row at all? Then the request was not understood. */
export function isEmpty(body: unknown): boolean {
  const { results = [], errors = [] } = (body ?? {}) as BatchBody;
  return results.length === 0 && errors.length === 0;
}

/**
 * Results come in any order: successes are recognised by the unique value they carry (`keyProperty`; the record id for
 * updates), failures by the trace id or, for unknown ids, by the id. Any 2xx may hold errors:
 * https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
 */
export function readWriteResponse(body: unknown, group: RowGroup, keyProperty: string): GroupResponse {
  const { results = [], errors = [] } = (body ?? {}) as BatchBody;
  const byTrace = new Map(group.map((row) => [traceOf(row), row]));
  // Unique values may come back in lower case.
  const folded = new Map(group.map((row) => [traceOf(row).toLowerCase(), row]));
  const rows = new Map<string, RowResponse>();
  for (const { id, properties, objectWriteTraceId: trace } of results) {
    const value = group[0]!.operation === 'update' ? id : (properties?.[keyProperty] ?? trace);
    if (value == null) continue;
    const row = byTrace.get(value) ?? folded.get(value.toLowerCase());
    if (row) rows.set(row.name, { status: 'written', id });
  }
  let unattributed = false;
  for (const error of errors) {
    const { objectWriteTraceId, ids, id } = error.context ?? {};
    // A rejection that names no row can only mean one that is alone.
    const traces = objectWriteTraceId ?? ids ?? id ?? (group.length === 1 ? [traceOf(group[0]!)] : []);
    if (traces.length === 0) unattributed = true;
    for (const trace of traces) {
      const row = byTrace.get(trace);
      if (row) rows.set(row.name, { status: 'rejected', rejection: readRejection(error) });
    }
  }
  return { rows, unattributed };
}
