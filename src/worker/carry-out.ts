/** Translates job decisions into BullMQ's signals: what a processor returns or throws. Nothing else does. */
import { DelayedError, type Job, RateLimitError, UnrecoverableError, WaitingError } from 'bullmq';
import type { JobData } from '../queue/job.ts';
import { type Cause, causeOf, type JobCause } from '../queue/job-cause.ts';
import type { FinalDecision } from './job-decision.ts';

/** Answers the result of the job, or throws BullMQ's signal. */
export async function carryOut(
  decision: FinalDecision,
  job: Job<JobData>,
  token: string | undefined,
): Promise<string> {
  switch (decision.action) {
    case 'complete':
      return decision.summary;
    case 'retry':
      await storeCause(job, decision);
      throw new RetryError(decision.reason, decision.delayMs);
    case 'fail':
      await storeCause(job, decision);
      throw new UnrecoverableError(decision.reason);
    case 'delay':
      await storeCause(job, decision);
      await job.moveToDelayed(Date.now() + decision.delayMs, token);
      throw new DelayedError();
    case 'requeue':
      await job.moveToWait(token);
      throw new WaitingError();
    case 'pause':
      throw new RateLimitError();
    default:
      throw new Error(`unknown decision ${JSON.stringify(decision satisfies never)}`);
  }
}

/** The job is tried again in `delayMs`. */
export class RetryError extends Error {
  readonly delayMs: number;

  constructor(reason: string, delayMs: number) {
    super(reason);
    this.delayMs = delayMs;
  }
}

/** BullMQ keeps the text of an error only; `status` reads the cause from the job's progress. */
export async function storeCause(
  job: Job<JobData>,
  { code, reason, object, fields, isPoison }: Cause,
): Promise<void> {
  const { retriedAt, isPoison: wasPoison } = causeOf(job);
  const cause: JobCause = {
    code,
    reason,
    ...(object && { object }),
    ...(fields && { fields }),
    ...((isPoison || wasPoison) && { isPoison: true }),
    ...(retriedAt && { retriedAt }),
  };
  await job.updateProgress(cause);
}
