/** What a log line may hold: no secrets, no personal data, no phone number in full. */
import { maskPhones } from './mask-phones.ts';

const SECRET_NAME = /token|secret|password|authorization|private_?key|signature/i;
const PERSONAL_NAME = /^(transcript|body|phone|phone_?number\w*|context|extracted_data)$/i;
/** Fields that may contain a phone number. Ids of calls and records are digits too and must stay complete. */
const FREE_TEXT = /^(message|reason|note|detail|error|stack)$/;

/** Removes secrets, personal data and what is undefined, masks phone numbers, turns errors into one line. */
export function redact(value: unknown, name = ''): unknown {
  if (SECRET_NAME.test(name)) return '[secret]';
  if (PERSONAL_NAME.test(name)) return '[personal]';
  if (typeof value === 'string') return FREE_TEXT.test(name) ? maskPhones(value) : value;
  if (value instanceof Error) return redact(describe(value), 'error');
  if (Array.isArray(value)) return value.map((each) => redact(each, name));
  if (typeof value === 'object' && value !== null) {
    const present = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(present.map(([key, each]) => [key, redact(each, key)]));
  }
  return value;
}

/** Name, message and code, of the causes too; never other fields, in which some SDKs keep the response body. */
export function describe(error: Error): string {
  const { code, cause } = error as Error & { code?: unknown };
  const line = `${error.name}: ${error.message.slice(0, 500)}${typeof code === 'string' ? ` (${code})` : ''}`;
  return cause instanceof Error ? `${line} ← ${describe(cause)}` : line;
}
