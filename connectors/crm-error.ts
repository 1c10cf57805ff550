/** The CRM as a whole failed: a part of the contract in connector.ts, from which it is imported. */

/** Why a batch could not be tried as a whole. */
export type CrmErrorKind = 'unavailable' | 'rate_limited' | 'unauthorized' | 'rejected';

/**
 * The CRM as a whole failed. `unavailable`: down, slow or result unknown, send the same batch again.
 * `rate_limited`: wait `retryAfterMs`. `unauthorized`: credentials, scopes or set-up are wrong; a person must
 * act, `message` says how. `rejected`: the CRM rejects the batch permanently.
 */
export class CrmError extends Error {
  override readonly name = 'CrmError';
  readonly kind: CrmErrorKind;
  /** Stable, in capitals: programs and documentation refer to it, whatever the message says. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(kind: CrmErrorKind, message: string, options: CrmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = options.code ?? `CRM_${kind.toUpperCase()}`;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export interface CrmErrorOptions {
  /** By default `CRM_UNAVAILABLE`, `CRM_RATE_LIMITED`, `CRM_UNAUTHORIZED` or `CRM_REJECTED`. */
  readonly code?: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}
