/**
 * The jobs and the queue of calls. A job has the options below, whether they are stored with it or not: in the compact
 * form only what differs is stored, and not the id, which is the name of the key. Processes up to schema 2 take the options
 * of a job from what is stored.
 */
import { Job, type JobJson, type JobsOptions, type MinimalQueue, Queue, type QueueOptions } from 'bullmq';
import { AddTogether } from './add-together.ts';
import type { JobData, StoredForm } from './job.ts';
import type { RedisClient } from './redis.ts';
import { RETENTION_MS } from './retention.ts';

/** A record that keeps failing temporarily becomes a dead letter after this many attempts. */
export const ATTEMPTS = 15;

const OPTIONS: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'custom' },
  // The event is personal data: it leaves Redis when it is synced. The ledger remains.
  removeOnComplete: true,
  // Dead letters wait until a person acts.
  removeOnFail: false,
};

export class QueuedCall extends Job<JobData, unknown, 'call'> {
  constructor(queue: MinimalQueue, name: 'call', data: JobData, options: JobsOptions = {}, id?: string) {
    super(queue, name, data, { ...OPTIONS, ...options }, id);
  }

  /** As it is stored. */
  override asJSON(): JobJson {
    const json = super.asJSON();
    const isCompact = this.queue instanceof CallQueue && this.queue.storedForm === 'compact';
    return isCompact ? { ...json, opts: onlyOwn(json.opts) } : json;
  }
}

function onlyOwn(options: JobsOptions): JobsOptions {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const usual = OPTIONS[name as keyof JobsOptions];
    if (name === 'jobId' || value === usual) continue;
    if (usual === undefined || JSON.stringify(value) !== JSON.stringify(usual)) own[name] = value;
  }
  return own;
}

export class CallQueue extends Queue<JobData, unknown, 'call'> {
  readonly #isCompact: () => boolean;
  readonly #together: AddTogether;

  /** `isCompact`: whether all processes that may read what is stored now know the compact form. */
  constructor(
    name: string,
    options: QueueOptions & { readonly connection: RedisClient },
    isCompact: () => boolean,
  ) {
    super(name, options);
    this.#isCompact = isCompact;
    this.#together = new AddTogether(options.connection, (key) => this.toKey(key), 'call');
  }

  /**
   * Adds a job, unless there is, or was, one with this deduplication id. Answers the id of the job that is stored.
   */
  async addOnce(id: string, deduplicationId: string, data: JobData): Promise<string> {
    if (this.storedForm === 'compact')
      return this.#together.add({ id, deduplicationId, data: JSON.stringify(data) });
    const deduplication = { id: deduplicationId, ttl: RETENTION_MS };
    const job = await this.add('call', data, { jobId: id, deduplication });
    return job.id!;
  }

  /** In which the next jobs are to be stored. */
  get storedForm(): StoredForm {
    return this.#isCompact() ? 'compact' : 'plain';
  }

  protected override get Job(): typeof Job {
    return QueuedCall as typeof Job;
  }
}

/** The connection of a queue, for commands and scripts of our own. */
export async function clientOf(queue: CallQueue): Promise<RedisClient> {
  return (await queue.getBackend().client) as unknown as RedisClient;
}
