/** A job on its way through the batcher, read from Redis; or one that cannot be read. */
import { type Job, UnrecoverableError } from 'bullmq';
import type { Log } from '../../connectors/connector.ts';
import { decode, type JobData, UNREADABLE_HINT } from '../queue/job.ts';
import { causeOf } from '../queue/job-cause.ts';
import { storeCause } from './carry-out.ts';
import type { BatchCall } from './run-batch.ts';

export interface Attempt extends BatchCall {
  readonly attemptsMade: number;
  readonly attempts: number;
}

/** A job that cannot be read becomes a dead letter. */
export async function failUnreadable(job: Job<JobData>, error: UnreadableError, log: Log): Promise<never> {
  const cause = { code: 'EVENT_UNREADABLE', reason: error.message };
  log.error('job is a dead letter', { jobId: job.id, ...cause });
  await storeCause(job, cause);
  throw new UnrecoverableError(cause.reason);
}

export class UnreadableError extends Error {}

/** In the same turn, so that jobs taken together are pushed together. */
export function readAttempt(job: Job<JobData>): Attempt | UnreadableError {
  const { attemptsMade, opts } = job;
  try {
    const { isPoison = false } = causeOf(job);
    return { ...decode(job.data), attemptsMade, attempts: opts.attempts ?? 1, isPoison };
  } catch (error) {
    // Not the message: a parser's quotes what it could not parse.
    const { name } = error as Error;
    return new UnreadableError(`the stored event cannot be read (${name}): ${UNREADABLE_HINT}`);
  }
}
