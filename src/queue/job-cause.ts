/** Why a job was not written yet: the worker stores it as the job's progress, since BullMQ keeps the text only. */
import type { Job } from 'bullmq';
import type { CrmObject } from '../../connectors/connector.ts';

export interface JobCause {
  /** Stable, in capitals; docs/troubleshooting.md has a paragraph for each. */
  readonly code?: string;
  readonly reason?: string;
  /** What the CRM rejects. */
  readonly object?: CrmObject;
  readonly fields?: readonly string[];
}

export function causeOf({ progress }: Pick<Job, 'progress'>): JobCause {
  return typeof progress === 'object' && progress !== null ? (progress as JobCause) : {};
}

/** The text with the code that one can search for. */
export function withCode(reason: string, code: string | undefined): string {
  return code === undefined ? reason : `${reason} [${code}]`;
}
