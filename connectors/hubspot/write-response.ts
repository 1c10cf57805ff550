/** Reads HubSpot's response to a batch of rows: written, rejected; rows in neither are not reported. */
import type { CrmFields } from '../connector.ts';
import type { RowGroup } from '../engine/rows/pack.ts';
import type { Row } from '../engine/rows/row.ts';
import type { GroupResponse, RowResponse } from '../engine/rows/row-sender.ts';
import { type HubSpotError, readRejection } from './rejections.ts';
import { unstoredProperties } from './stored-values.ts';

interface WriteResult {
  readonly id: string;
  readonly objectWriteTraceId?: string;
  readonly properties?: Readonly<Record<string, string | null>>;
}

interface BatchBody {
  readonly results?: readonly WriteResult[];
  readonly errors?: readonly HubSpotError[];
}

export interface WrittenGroup {
  readonly group: RowGroup;
  /** The property that identifies rows which are not updated by record id. */
  readonly keyProperty: string;
  readonly fields: CrmFields;
}

/** Of a result that does not say which record it is about, its row counts as not reported. */
function hasId({ id }: { readonly id?: string | null }): boolean {
  return id != null && id !== '';
}

/** Marks a row in the request and in the errors of the response; unique in a batch. */
export function traceOf({ operation, id, key }: Row): string {
  return operation === 'update' ? id! : key;
}

/** Does the response mention no row at all? Then the request was not understood. */
export function isEmpty(body: unknown, group: RowGroup): boolean {
  const { results, errors = [] } = (body ?? {}) as BatchBody;
  // A batch of updates may not report merged contacts at all.
  const mayBeMerged = group[0]!.object === 'person' && group[0]!.operation === 'update';
  if (mayBeMerged && results !== undefined) return false;
  return (results ?? []).length === 0 && errors.length === 0;
}

/**
 * Results come in any order: successes are recognised by the unique value they carry (`keyProperty`; the record id for
 * updates), failures by the trace id or, for unknown ids, by the id. Any 2xx may hold errors:
 * https://developers.hubspot.com/docs/api-reference/error-handling#multi-status-errors
 */
export function readWriteResponse(
  body: unknown,
  { group, keyProperty, fields }: WrittenGroup,
): GroupResponse {
  const { results = [], errors = [] } = (body ?? {}) as BatchBody;
  const byTrace = new Map(group.map((row) => [traceOf(row), row]));
  const rows = new Map<string, RowResponse>();
  const { unattributed } = readErrors(errors, group, byTrace, rows);
  const written = (row: Row, { id, properties = {} }: WriteResult) => {
    const unstored = unstoredProperties(row.fields, properties, fields, keyProperty);
    rows.set(row.name, { status: 'written', id, ...(unstored.length > 0 && { unstored }) });
  };
  const isUpdate = group[0]!.operation === 'update';
  // Unique values may come back in lower case.
  const folded = new Map(group.map((row) => [traceOf(row).toLowerCase(), row]));
  const foreign: WriteResult[] = [];
  for (const result of results.filter(hasId)) {
    const { id, properties, objectWriteTraceId: trace } = result;
    const value = isUpdate ? id : (properties?.[keyProperty] ?? trace);
    const row = value == null ? undefined : (byTrace.get(value) ?? folded.get(value.toLowerCase()));
    const other = row ?? byTrace.get(trace ?? '');
    if (other) written(other, result);
    else if (isUpdate) foreign.push(result);
  }
  const silent = group.filter(({ name }) => !rows.has(name));
  for (const [row, result] of mergedRows(silent, foreign)) written(row, result);
  return { rows, unattributed };
}

/** The keys that were sent, with the spelling in which each was answered. */
export function answeredKeys(
  body: unknown,
  group: RowGroup,
  keyProperty: string,
): (readonly [string, string])[] {
  const { results = [] } = (body ?? {}) as BatchBody;
  const folded = new Map(group.map(({ key }) => [key.toLowerCase(), key]));
  return results.flatMap(({ properties }): (readonly [string, string])[] => {
    const answered = properties?.[keyProperty] ?? '';
    const sent = folded.get(answered.toLowerCase());
    return sent === undefined ? [] : [[sent, answered]];
  });
}

function readErrors(
  errors: readonly HubSpotError[],
  group: RowGroup,
  byTrace: ReadonlyMap<string, Row>,
  rows: Map<string, RowResponse>,
): { readonly unattributed: boolean } {
  let unattributed = false;
  for (const error of errors) {
    const { objectWriteTraceId, ids, id } = error.context ?? {};
    // A rejection that names no row belongs to the only row of its group, where there is only one.
    const named = objectWriteTraceId ?? ids ?? id ?? (group.length === 1 ? [traceOf(group[0]!)] : []);
    const traces = [named].flat().map(String);
    if (traces.length === 0) unattributed = true;
    for (const trace of traces) {
      const row = byTrace.get(trace);
      if (row) rows.set(row.name, { status: 'rejected', rejection: readRejection(error) });
    }
  }
  return { unattributed };
}

/**
 * A merge gives contacts a new id, to which the former ones lead. So updates without a result are paired with results
 * under ids that were not sent: when there is one of each, or when both share all values sent. The others are read.
 * https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies
 */
function mergedRows(
  silent: readonly Row[],
  foreign: readonly WriteResult[],
): (readonly [Row, WriteResult])[] {
  const [result] = foreign;
  if (!result) return [];
  const isOneRecord = foreign.every(({ id }) => id === result.id);
  if (isOneRecord && silent.length === foreign.length) return silent.map((row) => [row, result]);
  return silent.flatMap((row): (readonly [Row, WriteResult])[] => {
    const mine = foreign.filter(({ properties = {} }) => holds(properties, row));
    const others = silent.filter((other) => mine.some(({ properties = {} }) => holds(properties, other)));
    return mine.length === 1 && others.length === 1 ? [[row, mine[0]!]] : [];
  });
}

function holds(properties: Readonly<Record<string, string | null>>, { fields }: Row): boolean {
  return Object.entries(fields).every(([name, value]) => properties[name] === value);
}
