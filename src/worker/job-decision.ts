/** Decides what happens to a job, from the outcome of its record or the error of its batch. The only place that does. */
import { CrmError, type Outcome, type SkippedField, type Unassigned } from '../../connectors/connector.ts';
import type { Cause } from '../queue/job-cause.ts';
import type { PauseKind } from '../queue/pause-notice.ts';

export type JobDecision =
  /** The call is written, or nothing has to be written. */
  | CompleteDecision
  /** This record failed temporarily: an attempt is used up, the next one follows after a backoff. */
  | ({ readonly action: 'retry' } & Cause)
  /** The job comes back in `delayMs`; no attempt is used up. */
  | ({ readonly action: 'delay'; readonly delayMs: number } & Cause)
  /** This worker stops before the job was tried: another worker takes it at once, no attempt is used up. */
  | { readonly action: 'requeue' }
  /** The CRM as a whole cannot be written to: the queue is paused, no attempt is used up. */
  | PauseDecision
  /** The job becomes a dead letter: it fails again until a person acts. */
  | ({ readonly action: 'fail' } & Cause);

export interface CompleteDecision {
  readonly action: 'complete';
  readonly summary: string;
  /** `known`: this version, or a later one, was written before. `skipped`: by the mapping. */
  readonly result: 'synced' | 'skipped' | 'known';
  /** Of a call that was written. */
  readonly skippedFields?: readonly SkippedField[];
  /** Why it has no person. */
  readonly unassigned?: Unassigned;
  /** The rule of the mapping that skipped it. */
  readonly skippedBy?: string;
}

export interface PauseDecision extends Cause {
  readonly action: 'pause';
  readonly kind: PauseKind;
  readonly pauseMs: number;
}

export const REQUEUE = { action: 'requeue' } as const satisfies JobDecision;

/** How long a call waits while another batch writes its person. */
const PERSON_BUSY_DELAY_MS = 250;

export const PERSON_BUSY = {
  action: 'delay',
  delayMs: PERSON_BUSY_DELAY_MS,
  code: 'PERSON_BUSY',
  reason: 'another batch is writing this person',
} as const satisfies JobDecision;

/** How long a record waits that failed temporarily through no fault of its own. */
const UNCOUNTED_RETRY_DELAY_MS = 3_000;
/** Credentials and set-up are probed once a minute, so that the queue resumes by itself after the fix. */
const UNAUTHORIZED_PROBE_MS = 60_000;
const RATE_LIMIT_FALLBACK_MS = 10_000;
/** One request every 15 s is no burden to a CRM that is down, and calls follow soon after it is back. */
const MAX_UNAVAILABLE_PAUSE_MS = 15_000;
const FIRST_UNAVAILABLE_PAUSE_MS = 1_000;
const MAX_RETRY_MS = 15 * 60_000;
const FIRST_RETRY_MS = 1_000;

export function decideByOutcome(outcome: Outcome): JobDecision {
  switch (outcome.status) {
    case 'synced':
      return {
        action: 'complete',
        summary: outcome.note ?? 'synced',
        result: 'synced',
        skippedFields: outcome.skippedFields,
        ...(outcome.unassigned && { unassigned: outcome.unassigned }),
      };
    case 'retry': {
      const { code, reason, uncounted } = outcome;
      return uncounted
        ? { action: 'delay', delayMs: withJitter(UNCOUNTED_RETRY_DELAY_MS), code, reason }
        : { action: 'retry', code, reason };
    }
    case 'dead-letter':
      return deadLetter(outcome);
    default:
      throw new Error(`unknown outcome ${JSON.stringify(outcome satisfies never)}`);
  }
}

/** Why the mapping does not write a call. */
export interface Skipped {
  /** Its rule. */
  readonly skippedBy: string;
  /** Of a call that it does not write without a person. */
  readonly unassigned?: Unassigned;
}

export function skippedDecision(skipped: Skipped): JobDecision {
  return { action: 'complete', summary: 'skipped by the mapping', result: 'skipped', ...skipped };
}

/** No person was found, and the mapping then writes no call either: nothing is in the CRM. */
export function skippedByMatch(outcome: Outcome): Skipped | undefined {
  if (outcome.status !== 'synced' || !outcome.unassigned) return undefined;
  const { records, unassigned, note } = outcome;
  const { person, call, tasks = {} } = records;
  if (person !== undefined || call !== undefined || Object.keys(tasks).length > 0) return undefined;
  return { skippedBy: note === undefined ? 'match' : `match: ${note}`, unassigned };
}

function deadLetter({ code, reason, object, fields }: Outcome & { status: 'dead-letter' }): JobDecision {
  return { action: 'fail', code, reason, ...(object && { object }), ...(fields && { fields }) };
}

/** A retry of which is known when it follows, and of how many attempts. */
export interface PlannedRetry extends Cause {
  readonly action: 'retry';
  /** The one that failed, from 1. */
  readonly attempt: number;
  readonly of: number;
  readonly delayMs: number;
}

/** What is carried out: the last attempt is followed by none. */
export type FinalDecision = Exclude<JobDecision, { readonly action: 'retry' }> | PlannedRetry;

export function finalDecision(decision: JobDecision, attemptsMade: number, attempts: number): FinalDecision {
  if (decision.action !== 'retry') return decision;
  const attempt = attemptsMade + 1;
  if (attempt >= attempts) return { ...decision, action: 'fail' };
  return { ...decision, attempt, of: attempts, delayMs: retryDelay(attempt) };
}

/** `failures`: how many batches in a row the CRM as a whole has failed, this one included. */
export function decideByError(error: unknown, failures: number): JobDecision {
  if (!(error instanceof CrmError)) return { action: 'retry', code: 'UNEXPECTED_ERROR', reason: `${error}` };
  const { kind, code, message: reason, retryAfterMs } = error;
  switch (kind) {
    case 'unavailable': {
      const backoffMs = exponentialBackoff(failures, FIRST_UNAVAILABLE_PAUSE_MS, MAX_UNAVAILABLE_PAUSE_MS);
      return { action: 'pause', kind, code, reason, pauseMs: wholeMs(retryAfterMs ?? backoffMs) };
    }
    case 'rate_limited':
      return {
        action: 'pause',
        kind,
        code,
        reason,
        pauseMs: wholeMs(retryAfterMs ?? RATE_LIMIT_FALLBACK_MS),
      };
    case 'unauthorized':
      return { action: 'pause', kind, code, reason, pauseMs: UNAUTHORIZED_PROBE_MS };
    case 'rejected':
      return { action: 'fail', code, reason };
    default:
      throw new Error(`unknown kind of CRM error ${kind satisfies never}`);
  }
}

/** The CRM fails because of this one call: it is tried again by itself, as a record is that failed temporarily. */
export function poisonDecision({ code, message: reason }: CrmError): JobDecision {
  return { action: 'retry', code, reason, isPoison: true };
}

/** How long one record waits before its next attempt. */
export function retryDelay(attemptsMade: number): number {
  return exponentialBackoff(attemptsMade, FIRST_RETRY_MS, MAX_RETRY_MS);
}

/** With jitter, so that several workers do not try in step. */
function exponentialBackoff(attempts: number, firstMs: number, maxMs: number): number {
  return withJitter(Math.min(firstMs * 2 ** (attempts - 1), maxMs));
}

function withJitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random() / 2));
}

/** Redis rejects a shorter pause; every call of the batch would then use up an attempt. */
function wholeMs(ms: number): number {
  return Math.max(1, Math.ceil(ms));
}
