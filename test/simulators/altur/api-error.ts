/** Errors in Altur's form, `{error, message}`. https://docs.altur.io/api-reference/first-steps */
import { type HttpResponse, jsonResponse, type ResponseHeaders } from '../kit/http-message.ts';

export class ApiError extends Error {
  readonly status: number;
  readonly #headers: ResponseHeaders;

  constructor(status: number, message: string, headers: ResponseHeaders = {}) {
    super(message);
    this.status = status;
    this.#headers = headers;
  }

  response(): HttpResponse {
    return jsonResponse(this.status, { error: this.status, message: this.message }, this.#headers);
  }
}

export function badRequest(reason: string): ApiError {
  return new ApiError(400, `Unexpected error: ${reason}`);
}

export function notFound(what: string): ApiError {
  return new ApiError(404, `${what} not found`);
}
