/** Errors in HubSpot's form. https://developers.hubspot.com/docs/api-reference/error-handling */
import { randomUUID } from 'node:crypto';
import { type HttpResponse, jsonResponse } from '../kit/http-message.ts';

export type Context = Readonly<Record<string, readonly string[]>>;

export interface Refusal {
  readonly status: number;
  readonly category: string;
  readonly message: string;
  readonly subCategory?: string;
  readonly context?: Context;
  readonly errors?: readonly ErrorDetail[];
  readonly links?: Readonly<Record<string, string>>;
}

export interface ErrorDetail {
  readonly message: string;
  readonly code?: string;
  readonly context?: Context;
}

export class ApiError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }

  /** The response when the whole request is rejected. */
  response(): HttpResponse {
    const { status, message, ...rest } = this.refusal;
    return jsonResponse(status, { status: 'error', message, correlationId: randomUUID(), ...rest });
  }
}

/** Another record has the unique value; a portal may reject the whole batch for it. */
export class UniqueConflict extends ApiError {}

/** Rejects the request as a whole, whatever its rows have. */
export class BatchRefused extends ApiError {}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

export function invalid(message: string, more: Partial<Refusal> = {}): ApiError {
  return new ApiError({ status: 400, category: 'VALIDATION_ERROR', message, ...more });
}

export function notFound(message = 'resource not found'): ApiError {
  return new ApiError({ status: 404, category: 'OBJECT_NOT_FOUND', message });
}

/** An entry of a batch's `errors[]`; its context says which row it is about. */
export function errorRow({ status: _, ...refusal }: Refusal, context: Context) {
  return { status: 'error', ...refusal, context: { ...refusal.context, ...context } };
}
