/** The errors of Salesforce's APIs, each in the form of its API. */

/**
 * Why one record is rejected. Collections call the code `statusCode`, single records `errorCode`.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm
 */
export interface RecordError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** Only where a duplicate rule rejected a single record. */
  readonly duplicateResult?: unknown;
}

/** Salesforce rejects the whole request: answered as `[{errorCode, message}]`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  get body(): unknown {
    return [{ message: this.message, errorCode: this.errorCode }];
  }
}

/** One record is rejected; the others of its request are saved. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
  readonly error: RecordError;

  constructor(
    statusCode: string,
    message: string,
    fields: readonly string[] = [],
    duplicateResult?: unknown,
  ) {
    super(message);
    this.error = { statusCode, message, fields, ...(duplicateResult ? { duplicateResult } : {}) };
  }
}

class CodedError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A token request is rejected: answered as `{error, error_description}`. */
export class OAuthError extends CodedError {
  override readonly name = 'OAuthError';
}

/** A SOAP call is rejected as a whole. */
export class SoapFault extends CodedError {
  override readonly name = 'SoapFault';
}

/** The Metadata API rejects one component; the others of its call are saved. */
export class MetadataRefused extends CodedError {
  override readonly name = 'MetadataRefused';
}

export function isRecordRefused(error: unknown): error is RecordRefused {
  return error instanceof RecordRefused;
}

export function isMetadataRefused(error: unknown): error is MetadataRefused {
  return error instanceof MetadataRefused;
}

export function noSuchColumn(field: string, object: string): ApiError {
  return new ApiError(400, 'INVALID_FIELD', `No such column '${field}' on sobject of type ${object}`);
}

export function notFound(): ApiError {
  return new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}
