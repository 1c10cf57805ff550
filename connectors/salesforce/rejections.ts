/** Salesforce's error dictionary: what the errors of one record mean for it. */
import type { Rejection, RejectionKind } from '../engine/rows/rejection.ts';
import { toId18 } from './record-id.ts';
import { maskedRule, ruleInAutomation } from './rule-text.ts';

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

const TEMPORARY =
  /^(UNABLE_TO_LOCK_ROW|QUERY_TIMEOUT|SERVER_UNAVAILABLE|REQUEST_RUNNING_TOO_LONG|PROCESSING_HALTED|ALL_OR_NONE_OPERATION_ROLLED_BACK|UNKNOWN_EXCEPTION)$/;
const FIELD =
  /^(STRING_TOO_LONG|INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST|INVALID_TYPE_ON_FIELD_IN_RECORD|INVALID_FIELD|INVALID_FIELD_FOR_INSERT_UPDATE|NUMBER_OUTSIDE_VALID_RANGE|INVALID_EMAIL_ADDRESS|FIELD_INTEGRITY_EXCEPTION|JSON_PARSER_ERROR|MALFORMED_ID|INVALID_CROSS_REFERENCE_KEY|INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY|DUPLICATE_VALUE)$/;
const GONE =
  /^(ENTITY_IS_DELETED|INVALID_CROSS_REFERENCE_KEY|INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY|MALFORMED_ID)$/;

/** `keyField`: the unique field by which the record is found again. Fields of several errors are taken together. */
export function readRejection(errors: readonly SalesforceError[], keyField: string): Rejection {
  const rejections = errors.map((error) => readError(error, keyField));
  const worst = rejections.find(({ kind }) => !isAboutFields(kind)) ?? rejections[0];
  if (!worst) return { kind: 'permanent', code: 'UNKNOWN', fields: [] };
  if (!isAboutFields(worst.kind)) return worst;
  const fields = rejections.flatMap((each) => (isAboutFields(each.kind) ? each.fields : []));
  return { ...worst, fields: [...new Set(fields)] };
}

const isAboutFields = (kind: RejectionKind) => kind === 'field' || kind === 'field-missing';

function readError(error: SalesforceError, keyField: string): Rejection {
  const code = codeOf(error);
  const message = error.message ?? '';
  const text = ruleTextIn(code, message);
  const of = (kind: RejectionKind, fields: readonly string[] = error.fields ?? []): Rejection => {
    return { kind, code, fields, ...(text !== undefined && { text }) };
  };
  // Also where a trigger or flow repeats it.
  if (/\bINACTIVE_OWNER_OR_USER\b/.test(`${code} ${message}`)) return of('field', ['OwnerId']);
  if (code === 'INVALID_OPERATION' && /\bqueue\b/i.test(message)) return of('field', ['OwnerId']);
  if (AUTOMATION.test(code)) {
    // A trigger or flow of the customer's failed, perhaps over a lock of ours.
    return of(/UNABLE_TO_LOCK_ROW/.test(message) ? 'temporary' : 'permanent');
  }
  if (TEMPORARY.test(code)) return of('temporary');
  if (code === 'ENTITY_IS_LOCKED') return of('locked');
  if (/^Foreign key external ID/.test(message)) return of('parent-missing');
  if (code === 'DUPLICATE_VALUE') return readDuplicateValue(error, message, keyField);
  if (code === 'DUPLICATES_DETECTED') {
    const id = error.duplicateResult?.matchResults?.[0]?.matchRecords?.[0]?.record?.Id;
    return { ...of('duplicate'), id: id === undefined ? undefined : toId18(id) };
  }
  if (code === 'CANNOT_UPDATE_CONVERTED_LEAD') return of('converted');
  const fields = fieldsIn(error, message);
  if (GONE.test(code) && fields.every((field) => field === 'Id' || field === 'WhoId'))
    return of('gone', fields);
  if (!FIELD.test(code) || fields.length === 0) return of('permanent');
  return of(code === 'INVALID_FIELD' ? 'field-missing' : 'field', fields);
}

function ruleTextIn(code: string, message: string): string | undefined {
  if (code === 'FIELD_CUSTOM_VALIDATION_EXCEPTION') return maskedRule(message);
  return AUTOMATION.test(code) ? ruleInAutomation(message) : undefined;
}

/** Codes of triggers and flows. */
const AUTOMATION = /^(CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY|CANNOT_EXECUTE_FLOW_TRIGGER|APEX_ERROR)$/;

/** "duplicate value found: Altur_Call_Id__c duplicates value on record with id: 00T…" */
function readDuplicateValue(error: SalesforceError, message: string, keyField: string): Rejection {
  const code = codeOf(error);
  if (/Duplicate external id specified/i.test(message)) return { kind: 'temporary', code, fields: [] };
  const [, field, id = ''] =
    /duplicate value found: (\S+) duplicates value on record with id: (\S+)/.exec(message) ?? [];
  if (field === undefined || field === '<unknown>') return { kind: 'exists', code, fields: [] };
  if (field !== keyField) return { kind: 'field', code, fields: [field] };
  return { kind: 'exists', code, fields: [], id: /^\w{15,18}$/.test(id) ? toId18(id) : undefined };
}

/** The fields that an error names, in its list or in its message. */
function fieldsIn({ fields }: SalesforceError, message: string): string[] {
  const named =
    /No such column '(\w+)'|Unable to create\/update fields: ([\w, ]+)|[Ff]ield:? '?(\w+__c)|^(\w+): data value too large/.exec(
      message,
    );
  const inMessage = named?.slice(1).find((each) => each !== undefined);
  return [...new Set([...(fields ?? []), ...(inMessage?.split(/,\s*/) ?? [])])].map((field) =>
    field.trim().replace(/\.$/, ''),
  );
}

/** The field for which a query is rejected. The rest of such a message quotes the query, and with it people. */
export function fieldInQueryError({ message = '' }: SalesforceError): string | undefined {
  return /\b(?:field|column) '(\w+)'/i.exec(message)?.[1];
}

/** These have nothing to do with how the row names its person. */
const OWN_FAULT =
  /^(REQUIRED_FIELD_MISSING|FIELD_CUSTOM_VALIDATION_EXCEPTION|FIELD_FILTER_VALIDATION_EXCEPTION|STRING_TOO_LONG|INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST|CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY|CANNOT_EXECUTE_FLOW_TRIGGER|APEX_ERROR|INSUFFICIENT_ACCESS.*|DUPLICATE.*|INACTIVE_OWNER_OR_USER)$/;

/** Triggers reject the record, however it is filled: no field is to blame. */
export function blamesNoField({ code }: Rejection): boolean {
  return AUTOMATION.test(code);
}

/** An org may reject a person named by key in many words, so whatever is not explained otherwise may be that. */
export function mayRejectParentKey({ kind, code }: Rejection): boolean {
  const suspected = kind === 'permanent' || kind === 'gone' || isAboutFields(kind);
  return suspected && !OWN_FAULT.test(code);
}
