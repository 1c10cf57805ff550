/** What Salesforce's error of a single record means for it. */
import { toId18 } from './record-id.ts';

/** One error of a record, a subrequest or a request. Collections say `statusCode`, everything else `errorCode`. */
export interface SalesforceError {
  readonly statusCode?: string;
  readonly errorCode?: string;
  readonly message?: string;
  readonly fields?: readonly string[];
  readonly duplicateResult?: {
    readonly matchResults?: readonly {
      readonly matchRecords?: readonly { readonly record?: { readonly Id?: string } }[];
    }[];
  };
}

export const codeOf = ({ statusCode, errorCode }: SalesforceError) => statusCode ?? errorCode ?? 'UNKNOWN';

export type Refusal =
  /** For now: a lock, a timeout. */
  | { readonly kind: 'passing'; readonly reason: string }
  /** The record is there already, under our key; the id is absent where Salesforce does not say it. */
  | { readonly kind: 'present'; readonly id?: string }
  /** These fields are refused; the rest may be written. */
  | { readonly kind: 'fields'; readonly fields: readonly string[]; readonly code: string }
  /** Its person is not there. */
  | { readonly kind: 'orphan' }
  /** A duplicate rule blocks it; the record it resembles, if told. */
  | { readonly kind: 'duplicate'; readonly id?: string }
  | { readonly kind: 'converted' }
  /** The record it is to be written to, or one it names, is gone. */
  | { readonly kind: 'gone'; readonly code: string }
  /** Perhaps for naming its person by key: the same with the person's id will tell. */
  | { readonly kind: 'nesting'; readonly code: string }
  | { readonly kind: 'final'; readonly code: string; readonly fields: readonly string[] };

const PASSING =
  /^(UNABLE_TO_LOCK_ROW|QUERY_TIMEOUT|SERVER_UNAVAILABLE|REQUEST_RUNNING_TOO_LONG|PROCESSING_HALTED|ALL_OR_NONE_OPERATION_ROLLED_BACK|UNKNOWN_EXCEPTION)$/;
const FIELD =
  /^(STRING_TOO_LONG|INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST|INVALID_TYPE_ON_FIELD_IN_RECORD|INVALID_FIELD|INVALID_FIELD_FOR_INSERT_UPDATE|NUMBER_OUTSIDE_VALID_RANGE|INVALID_EMAIL_ADDRESS|FIELD_INTEGRITY_EXCEPTION|JSON_PARSER_ERROR|MALFORMED_ID|INVALID_CROSS_REFERENCE_KEY|INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY|DUPLICATE_VALUE)$/;
const GONE =
  /^(ENTITY_IS_DELETED|INVALID_CROSS_REFERENCE_KEY|INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY|MALFORMED_ID)$/;

/** `keyField`: the unique field by which this record is known to us. */
export function judge(errors: readonly SalesforceError[], keyField: string): Refusal {
  const refusals = errors.map((error) => judgeOne(error, keyField));
  const fields = refusals.flatMap((refusal) => (refusal.kind === 'fields' ? refusal.fields : []));
  const worst = refusals.find(({ kind }) => kind !== 'fields') ?? refusals[0];
  if (worst?.kind !== 'fields') return worst ?? { kind: 'final', code: 'UNKNOWN', fields: [] };
  return { ...worst, fields: [...new Set(fields)] };
}

function judgeOne(error: SalesforceError, keyField: string): Refusal {
  const code = codeOf(error);
  const message = error.message ?? '';
  if (code === 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY') {
    // A trigger or flow of the customer's failed, perhaps over a lock of ours.
    return /UNABLE_TO_LOCK_ROW|CPU time limit/i.test(message)
      ? { kind: 'passing', reason: code }
      : final(error);
  }
  if (PASSING.test(code)) return { kind: 'passing', reason: code };
  if (/^Foreign key external ID/.test(message)) return { kind: 'orphan' };
  if (code === 'DUPLICATE_VALUE') return duplicateValue(error, message, keyField);
  if (code === 'DUPLICATES_DETECTED') {
    const id = error.duplicateResult?.matchResults?.[0]?.matchRecords?.[0]?.record?.Id;
    return { kind: 'duplicate', ...(id !== undefined && { id: toId18(id) }) };
  }
  if (code === 'CANNOT_UPDATE_CONVERTED_LEAD') return { kind: 'converted' };
  const fields = fieldsOf(error, message);
  if (GONE.test(code) && fields.every((field) => field === 'Id' || field === 'WhoId'))
    return { kind: 'gone', code };
  return FIELD.test(code) && fields.length > 0 ? { kind: 'fields', fields, code } : final(error);
}

/** "duplicate value found: Altur_Call_Id__c duplicates value on record with id: 00T…" */
function duplicateValue(error: SalesforceError, message: string, keyField: string): Refusal {
  if (/Duplicate external id specified/i.test(message)) return { kind: 'passing', reason: 'DUPLICATE_VALUE' };
  const [, field, id] =
    /duplicate value found: (\S+) duplicates value on record with id: (\S+)/.exec(message) ?? [];
  if (field === undefined || field === '<unknown>') return { kind: 'present' };
  if (field === keyField)
    return { kind: 'present', ...(/^\w{15,18}$/.test(id ?? '') && { id: toId18(id!) }) };
  return { kind: 'fields', fields: [field], code: codeOf(error) };
}

function fieldsOf({ fields = [] }: SalesforceError, message: string): string[] {
  const named =
    /No such column '(\w+)'|Unable to create\/update fields: ([\w, ]+)|[Ff]ield:? '?(\w+__c)|^(\w+): data value too large/.exec(
      message,
    );
  const told = named?.slice(1).find((each) => each !== undefined);
  return [...new Set([...fields, ...(told?.split(/,\s*/) ?? [])])].map((field) =>
    field.trim().replace(/\.$/, ''),
  );
}

function final(error: SalesforceError): Refusal {
  return { kind: 'final', code: codeOf(error), fields: error.fields ?? [] };
}
