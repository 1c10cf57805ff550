/** Explains a record field by field, for previews. */
import type { CallRecord, CrmObject, FieldValue, WriteRule } from '../../connectors/connector.ts';
import { fieldResults, type MappedCall, toCallRecord } from './apply-mapping.ts';
import type { CallAction } from './call-filter.ts';
import { AMBIGUOUS } from './coerce/coerced.ts';
import type { FieldResult } from './fields.ts';

/** A record, and how it came about. */
export interface Explanation {
  readonly record: CallRecord;
  readonly callAction: CallAction;
  /** Every field of the mapping, with its value before and after coercion. */
  readonly fields: readonly FieldExplanation[];
}

export interface FieldExplanation {
  readonly object: CrmObject;
  /** The follow-up rule, of a task's field. */
  readonly task?: string;
  readonly field: string;
  readonly source: string;
  readonly when: WriteRule;
  readonly before: unknown;
  /** Absent when nothing is written. */
  readonly after?: FieldValue;
  /** Why a value is not written; `code` is stable. */
  readonly skipped?: string;
  readonly code?: string;
  /** No loss: the call's body has the value. */
  readonly silent?: true;
}

export function explain(mapped: MappedCall): Explanation {
  return {
    record: toCallRecord(mapped),
    callAction: mapped.callAction,
    fields: fieldResults(mapped).map(({ result, task }) => explainField(result, task)),
  };
}

function explainField(result: FieldResult, task: string | undefined): FieldExplanation {
  const { object, name, source, when } = result.rule;
  return {
    object,
    ...(task !== undefined && { task }),
    field: name,
    source,
    when,
    before: result.raw === AMBIGUOUS ? undefined : result.raw,
    ...(result.status === 'written' && { after: result.value }),
    ...(result.status === 'skipped' && { skipped: result.reason, code: result.code }),
    ...(result.status === 'skipped' && result.silent && { silent: true }),
  };
}
