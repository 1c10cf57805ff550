/**
 * A BullMQ worker of the queue of calls. It waits between attempts to take a job which Redis answers with an error. BullMQ's own loop tries
 * again at once, for as long as the error lasts, and leaves the process no time for signals and health checks:
 * github.com/taskforcesh/bullmq/issues/3351
 *
 * States: taking jobs → backing off, with each error for twice as long → taking jobs, with the first job or an empty
 * answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, type Processor, RedisConnection, Worker, type WorkerOptions } from 'bullmq';
import { QueuedCall } from '../queue/call-queue.ts';
import type { JobData } from '../queue/job.ts';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;
/** While no job may be taken: so soon the first one is, once it may. */
const CLOSED_PAUSE_MS = 100;

/** ioredis needs this version. BullMQ derives from it how a blocking command's timeout may be written. */
const MINIMUM_VERSION = '6.2.0';

export class PacedWorker<Result> extends Worker<JobData, Result> {
  mayTakeJobs: () => boolean = () => true;
  /** Before every attempt to take a job: every few seconds at least, while a job more can be held. */
  onTurn: () => void = () => {};
  #pauseMs = FIRST_PAUSE_MS;

  constructor(name: string, processor: Processor<JobData, Result>, options: WorkerOptions) {
    // Where the version is not asked for, BullMQ takes its minimum for it.
    RedisConnection.minimumVersion = MINIMUM_VERSION;
    super(name, processor, options);
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<JobData, Result>> {
    this.onTurn();
    if (!this.mayTakeJobs()) {
      await sleep(CLOSED_PAUSE_MS);
      // No job, as when the queue is empty.
      return undefined as unknown as Job<JobData, Result>;
    }
    try {
      const job = await super.moveToActive(token, name);
      this.#pauseMs = FIRST_PAUSE_MS;
      return job as Job<JobData, Result>;
    } catch (error) {
      if (!this.closing) await sleep(this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
      throw error;
    }
  }

  protected override get Job(): typeof Job {
    return QueuedCall as typeof Job;
  }
}
