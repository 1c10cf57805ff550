/** Why a job was not written yet: the worker stores it as the job's progress, since BullMQ keeps the text only. */
import { createHash } from 'node:crypto';
import type { Job } from 'bullmq';
import type { CrmObject } from '../../connectors/connector.ts';

export interface Cause {
  /** Stable, in capitals; docs/troubleshooting.md has a paragraph for each. */
  readonly code: string;
  /** Holds no personal data. */
  readonly reason: string;
  /** What the CRM rejects, where it says so. */
  readonly object?: CrmObject;
  readonly fields?: readonly string[];
  /** The CRM fails because of this call: it shares no batch with others any more. */
  readonly isPoison?: boolean;
}

/** As it is stored. Absent: nothing has failed yet, or an earlier version of this service stored less. */
export interface JobCause extends Partial<Cause> {
  /** When an operator put a dead letter back into the queue, ms since the epoch: it waits since then. */
  readonly retriedAt?: number;
}

export function causeOf({ progress }: Pick<Job, 'progress'>): JobCause {
  return typeof progress === 'object' && progress !== null ? (progress as JobCause) : {};
}

/** The text with the code that one can search for. */
export function withCode(reason: string, code: string | undefined): string {
  return code === undefined ? reason : `${reason} [${code}]`;
}

/**
 * Of a dead letter. Where its progress gives another reason than BullMQ has, it is about an earlier attempt, and no
 * worker has decided that the job fails: it has stalled too often.
 */
export function deadLetterCause({
  progress,
  failedReason,
}: Pick<Job, 'progress'> & Partial<Pick<Job, 'failedReason'>>): Cause {
  const cause = causeOf({ progress });
  const reason = failedReason ?? cause.reason ?? 'no reason is stored';
  if (reason !== cause.reason) return { code: 'CAUSE_UNKNOWN', reason };
  return { ...cause, code: cause.code ?? 'CAUSE_UNKNOWN', reason };
}

/**
 * The same for dead letters with the same cause: by it they are grouped, retried and discarded. One code may stand for
 * several rules of a CRM: where no field is named, the reason tells them apart. Ids and numbers in it are of the one call.
 */
export function causeId({ code, reason, object, fields = [] }: Cause): string {
  const what = fields.length > 0 ? fields.toSorted() : withoutIds(reason);
  const cause = JSON.stringify([code, object ?? null, what]);
  return createHash('sha256').update(cause).digest('hex').slice(0, CAUSE_ID_LENGTH);
}

const CAUSE_ID_LENGTH = 10;

const withoutIds = (reason: string) => reason.replace(/\S*[\d#…]\S*/g, '#');
