/** What the connector answered, turned into what happens to the job. The only place that decides it. */
import { CrmError, type Outcome } from '../../connectors/connector.ts';

export type JobDecision =
  /** Written (or needs no writing): the job is done. */
  | { readonly action: 'complete'; readonly summary: string }
  /** This record failed for now: an attempt is burnt, BullMQ's backoff decides when it comes again. */
  | { readonly action: 'retry'; readonly reason: string }
  /** A person has to act; the job waits in the failed set with the reason. */
  | { readonly action: 'fail'; readonly reason: string }
  /** Somebody else is writing this person: the job comes back in `delayMs`, no attempt burnt. */
  | { readonly action: 'delay'; readonly delayMs: number }
  /** This worker is leaving before the job was tried: another one takes it at once, no attempt burnt. */
  | { readonly action: 'requeue' }
  /** The CRM as a whole cannot be written to: the queue waits, no attempt burnt. */
  | { readonly action: 'pause'; readonly kind: PauseKind; readonly pauseMs: number; readonly reason: string };

export type PauseKind = 'unavailable' | 'rate_limited' | 'unauthorized';

export const REQUEUE: JobDecision = { action: 'requeue' };

/** Credentials and set-up are probed once a minute, so that a mended CRM resumes by itself. */
const UNAUTHORIZED_PROBE_MS = 60_000;
const RATE_LIMIT_FALLBACK_MS = 10_000;
/** One request a quarter of a minute burdens nobody, and calls follow soon after the CRM is back. */
const MAX_TRANSIENT_PAUSE_MS = 15_000;
const FIRST_TRANSIENT_PAUSE_MS = 1_000;

export function decideOutcome(outcome: Outcome): JobDecision {
  switch (outcome.status) {
    case 'synced':
      return { action: 'complete', summary: outcome.note ?? 'synced' };
    case 'retry':
      return { action: 'retry', reason: outcome.reason };
    case 'dead-letter':
      return { action: 'fail', reason: outcome.reason };
    default:
      throw new Error(`unknown outcome ${JSON.stringify(outcome satisfies never)}`);
  }
}

/** `failures`: how many batches in a row the CRM as a whole has failed, this one included. */
export function decideFailure(error: unknown, failures: number): JobDecision {
  if (!(error instanceof CrmError)) return { action: 'retry', reason: `${error}` };
  const reason = error.message;
  switch (error.kind) {
    case 'unavailable': {
      const pauseMs = wholeMs(error.retryAfterMs ?? transientPause(failures));
      return { action: 'pause', kind: 'unavailable', pauseMs, reason };
    }
    case 'rate_limited': {
      const pauseMs = wholeMs(error.retryAfterMs ?? RATE_LIMIT_FALLBACK_MS);
      return { action: 'pause', kind: 'rate_limited', pauseMs, reason };
    }
    case 'unauthorized':
      return { action: 'pause', kind: 'unauthorized', pauseMs: UNAUTHORIZED_PROBE_MS, reason };
    case 'rejected':
      return { action: 'fail', reason };
    default:
      throw new Error(`unknown kind of CRM error ${error.kind satisfies never}`);
  }
}

/** Redis knows no shorter pause, and would refuse it: every call of the batch would lose an attempt. */
function wholeMs(ms: number): number {
  return Math.max(1, Math.ceil(ms));
}

/** Doubles with every failure, with jitter so that several workers do not probe in step. */
function transientPause(failures: number): number {
  const full = Math.min(FIRST_TRANSIENT_PAUSE_MS * 2 ** (failures - 1), MAX_TRANSIENT_PAUSE_MS);
  return Math.round(full * (0.5 + Math.random() / 2));
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15 * 60_000;

/** How long one record waits before its next attempt: exponential with jitter, capped at 15 minutes. */
export function retryDelay(attemptsMade: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** (attemptsMade - 1), MAX_RETRY_MS);
  return Math.round(full * (0.5 + Math.random() / 2));
}
