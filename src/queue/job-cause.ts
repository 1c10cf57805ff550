/** Why a job was not written yet: the worker stores it as the job's progress, since BullMQ keeps the text only. */
import type { Job } from 'bullmq';

export interface JobCause {
  /** Stable, in capitals; docs/troubleshooting.md has a paragraph for each. */
  readonly code?: string;
  readonly reason?: string;
}

export function causeOf({ progress }: Pick<Job, 'progress'>): JobCause {
  return typeof progress === 'object' ? (progress as JobCause) : {};
}

/** The text with the code that one can search for. */
export function withCode(reason: string, code: string | undefined): string {
  return code === undefined ? reason : `${reason} [${code}]`;
}
