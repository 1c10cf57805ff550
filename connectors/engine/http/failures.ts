/** Failures of the connection, and what a response says about waiting. */
import { CrmError } from '../../connector.ts';

interface NetworkError extends Error {
  readonly code?: string;
  readonly cause?: { readonly code?: string; readonly message?: string };
}

/** No response came: whether the CRM did what it was asked is unknown. `crm`: its name in messages. */
export function networkFailure(crm: string, what: string, error: unknown): CrmError {
  const { name, code, message, cause } = error as NetworkError;
  const reason =
    name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? code ?? message);
  return new CrmError('unavailable', `${what}: ${crm} could not be reached (${reason})`, {
    code: 'CRM_UNREACHABLE',
    cause: error,
  });
}

/**
 * Milliseconds. Undefined without a usable header: "at once" would only be rejected again, and a wait of nothing is
 * not one a queue can make.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1_000) : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
