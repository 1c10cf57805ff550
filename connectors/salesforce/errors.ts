/** Salesforce's failures in our terms: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
import { CrmError } from '../connector.ts';

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

/** A day's requests are used up until they are a day old; a look now and then shows when. */
const QUOTA_PAUSE_MS = 5 * 60_000;
const BUSY_PAUSE_MS = 15_000;

const TRANSIENT =
  /^(ERROR_HTTP_5\d\d|ERROR_HTTP_4(08|20|29)|SERVER_UNAVAILABLE|REQUEST_RUNNING_TOO_LONG|QUERY_TIMEOUT|UNKNOWN_EXCEPTION)$/;

/** The CrmError of an answer about Salesforce as a whole; undefined when it is about the request's content. */
export function failureOf(code: string, message: string, what: string): CrmError | undefined {
  const told = `Salesforce answered ${code} to ${what}`;
  if (code === 'REQUEST_LIMIT_EXCEEDED') {
    // Too many at once is over in seconds; the daily limit is the org's, shared with all its integrations.
    const atOnce = /Concurrent/i.test(message);
    const retryAfterMs = atOnce ? BUSY_PAUSE_MS : QUOTA_PAUSE_MS;
    return new CrmError(
      'rate_limited',
      `${told}: the ${atOnce ? 'concurrent' : 'daily'} API limit of the org is reached`,
      {
        retryAfterMs,
      },
    );
  }
  if (code === 'STORAGE_LIMIT_EXCEEDED') {
    return new CrmError('unauthorized', `${told}: the org’s storage is full: free some, or buy more`);
  }
  if (code === 'INVALID_SESSION_ID') return unauthorized(told);
  if (
    /^(API_DISABLED_FOR_ORG|API_CURRENTLY_DISABLED|FUNCTIONALITY_NOT_ENABLED|INSUFFICIENT_ACCESS)$/.test(code)
  ) {
    return new CrmError(
      'unauthorized',
      `${told}: give the integration user the permission set Altur CRM Sync and API access`,
    );
  }
  return TRANSIENT.test(code) ? new CrmError('transient', `${told}: it is not working properly`) : undefined;
}

export function unauthorized(told: string, cause?: unknown): CrmError {
  const fix =
    'see SALESFORCE_LOGIN_URL, the External Client App’s credentials, its client credentials flow and its run-as user';
  return new CrmError('unauthorized', `${told}: the sign-in is refused: ${fix}`, { cause });
}

/** No answer: whether Salesforce did what it was asked is unknown. */
export function networkFailure(what: string, cause: unknown): CrmError {
  const { code, message, cause: inner } = cause as Error & { code?: string; cause?: { code?: string } };
  return new CrmError(
    'transient',
    `${what}: Salesforce could not be reached (${inner?.code ?? code ?? message})`,
    { cause },
  );
}

/** What an error of a single record means for it. */
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
  /** The record it is to be written to is gone. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'nesting' }
  | { readonly kind: 'final'; readonly code: string; readonly fields: readonly string[] };

const PASSING =
  /^(UNABLE_TO_LOCK_ROW|QUERY_TIMEOUT|SERVER_UNAVAILABLE|REQUEST_RUNNING_TOO_LONG|PROCESSING_HALTED|ALL_OR_NONE_OPERATION_ROLLED_BACK|UNKNOWN_EXCEPTION)$/;
const FIELD =
  /^(STRING_TOO_LONG|INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST|INVALID_TYPE_ON_FIELD_IN_RECORD|INVALID_FIELD|INVALID_FIELD_FOR_INSERT_UPDATE|NUMBER_OUTSIDE_VALID_RANGE|INVALID_EMAIL_ADDRESS|FIELD_INTEGRITY_EXCEPTION|JSON_PARSER_ERROR|MALFORMED_ID|INVALID_CROSS_REFERENCE_KEY|DUPLICATE_VALUE)$/;

/** `keyField`: the unique field by which this record is known to us. */
export function judge(error: SalesforceError, keyField: string): Refusal {
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
  if (/relationship 'Who'|column 'Who'|\bWho\b.*external/i.test(message)) return { kind: 'nesting' };
  if (code === 'DUPLICATE_VALUE') return duplicateValue(error, message, keyField);
  if (code === 'DUPLICATES_DETECTED') {
    const id = error.duplicateResult?.matchResults?.[0]?.matchRecords?.[0]?.record?.Id;
    return { kind: 'duplicate', ...(id !== undefined && { id }) };
  }
  if (code === 'CANNOT_UPDATE_CONVERTED_LEAD') return { kind: 'converted' };
  if (code === 'ENTITY_IS_DELETED') return { kind: 'gone' };
  const fields = fieldsOf(error, message);
  return FIELD.test(code) && fields.length > 0 ? { kind: 'fields', fields, code } : final(error);
}

/** "duplicate value found: Altur_Call_Id__c duplicates value on record with id: 00T…" */
function duplicateValue(error: SalesforceError, message: string, keyField: string): Refusal {
  if (/Duplicate external id specified/i.test(message)) return { kind: 'passing', reason: 'DUPLICATE_VALUE' };
  const [, field, id] =
    /duplicate value found: (\S+) duplicates value on record with id: (\S+)/.exec(message) ?? [];
  if (field === undefined || field === '<unknown>') return { kind: 'present' };
  if (field === keyField) return { kind: 'present', ...(/^\w{15,18}$/.test(id ?? '') && { id: id! }) };
  return { kind: 'fields', fields: [field], code: codeOf(error) };
}

function fieldsOf({ fields = [] }: SalesforceError, message: string): string[] {
  const named =
    /No such column '(\w+)'|Unable to create\/update fields: ([\w, ]+)|[Ff]ield:? '?(\w+__c)/.exec(message);
  const told = named?.slice(1).find((each) => each !== undefined);
  return [...new Set([...fields, ...(told?.split(/,\s*/) ?? [])])].map((field) =>
    field.trim().replace(/\.$/, ''),
  );
}

function final(error: SalesforceError): Refusal {
  return { kind: 'final', code: codeOf(error), fields: error.fields ?? [] };
}
