/** Why a job was not written yet: the worker stores it as the job's progress, since BullMQ keeps the text only. */
import type { Job } from 'bullmq';
import type { CrmObject } from '../../connectors/connector.ts';

export interface JobCause {
  /** Stable, in capitals; docs/troubleshooting.md has a paragraph for each. */
  readonly code?: string;
  readonly reason?: string;
  /** What the CRM rejects, where it says so. */
  readonly object?: CrmObject;
  readonly fields?: readonly string[];
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
