/**
 * What one record is refused with. Collections call the code `statusCode`, single records `errorCode`.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm
 */
export interface RecordError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** Only where a duplicate rule refused a single record. */
  readonly duplicateResult?: unknown;
}

/** A request that Salesforce refuses as a whole: answered as `[{errorCode, message}]`. */
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

/** One record that is refused while the others of its request stand. */
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

export function noSuchColumn(field: string, object: string): ApiError {
  return new ApiError(400, 'INVALID_FIELD', `No such column '${field}' on sobject of type ${object}`);
}

export function notFound(): ApiError {
  return new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}
