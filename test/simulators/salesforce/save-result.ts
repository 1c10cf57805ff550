/** The result of one record of a collection. */
import { runRows } from '../kit/batch.ts';
import { isRecordRefused, type RecordError, type RecordRefused } from './api-error.ts';
import { typeOf } from './collection-body.ts';
import type { Org } from './org.ts';
import type { WriteContext } from './write.ts';

export interface SaveResult {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly RecordError[];
}

/** Saves every record; with allOrNone, one rejected record rolls all of them back. */
export function saveAll(
  { org }: WriteContext,
  records: readonly unknown[],
  allOrNone: boolean,
  save: (record: unknown) => SaveResult,
): SaveResult[] {
  const overTrigger = triggerFailure(org, records);
  if (overTrigger) return records.map(() => ({ success: false, errors: [overTrigger] }));
  const mustRollBack = (results: SaveResult[]) => allOrNone && results.some(({ success }) => !success);
  const saveEach = () =>
    runRows(records, save, isRecordRefused).map((outcome) =>
      'result' in outcome ? outcome.result : failed(org, outcome.rejection),
    );
  const results = org.transactions.run(saveEach, mustRollBack);
  return mustRollBack(results) ? results.map(rolledBack) : results;
}

/** A chunk of records fails whole when a trigger of its object cannot take so many. */
function triggerFailure({ settings }: Org, records: readonly unknown[]): RecordError | undefined {
  for (const {
    object,
    rows,
    message = 'System.LimitException: Too many SOQL queries: 101',
  } of settings.triggers) {
    if (records.filter((record) => typeOf(record) === object).length <= rows) continue;
    const text = `${object}Trigger: execution of AfterInsert caused by: ${message}`;
    return { statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message: text, fields: [] };
  }
  return undefined;
}

function failed({ settings }: Org, refused: RecordRefused): SaveResult {
  const { duplicateResult, ...error } = refused.error;
  const isDetailed = duplicateResult && settings.duplicateResultInCollections;
  return { success: false, errors: [isDetailed ? refused.error : error] };
}

function rolledBack(result: SaveResult): SaveResult {
  if (!result.success) return result;
  const message =
    'Record rolled back because not all records were valid and the request was using AllOrNone header';
  const statusCode = 'ALL_OR_NONE_OPERATION_ROLLED_BACK';
  return { success: false, errors: [{ statusCode, message, fields: [] }] };
}
