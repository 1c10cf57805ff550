/** A hostile request, and the answer it must get. */
import { type RawRequest, rawRequest } from '../raw-http.ts';

export interface Row {
  readonly name: string;
  /** What goes over the wire; several: with a pause between them. */
  readonly bytes: Buffer | readonly Buffer[];
  /** Of each answer, in order. None: the connection is just closed. */
  readonly statuses: readonly number[];
  /** In the last answer. */
  readonly error?: string;
  /** The id of the call that Redis must hold. */
  readonly stored?: string;
  /** The sender closes its side after the last byte. */
  readonly ends?: true;
}

export const UNSIGNED = 'X-Altur-Signature is missing or does not match';
export const NOT_JSON = 'the body is not JSON';
export const NOT_AN_OBJECT = 'the body is not a JSON object';
export const NO_TYPE = 'event_type is missing';
export const NO_ID =
  'id, the call’s, is missing, longer than 500 characters, or a number that is no exact integer';
export const TOO_LARGE = 'the body is larger than 1 MiB';
export const NOT_FOUND = 'there is nothing here';

export const MIB = 1_048_576;

let count = 0;

/** The id of a call that no other row is about. */
export function nextId(): string {
  count += 1;
  return `cll_hostile_${count}`;
}

export function eventOf(id: unknown, more = ''): string {
  return `{"event_type":"on_call_end","id":${JSON.stringify(id)}${more}}`;
}

export function refused(name: string, request: RawRequest, status: number, error?: string): Row {
  return { name, bytes: rawRequest(request), statuses: [status], ...(error !== undefined && { error }) };
}

/** Odd, and right all the same. */
export function accepted(name: string, request: RawRequest = {}, id = nextId()): Row {
  return { name, bytes: rawRequest({ body: eventOf(id), ...request }), statuses: [200], stored: id };
}

/** Answered 200, and not stored. */
export function ignored(name: string, request: RawRequest): Row {
  return { name, bytes: rawRequest(request), statuses: [200] };
}
