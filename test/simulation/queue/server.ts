/**
 * The queue as BullMQ keeps it in Redis, with the properties that the core relies on. A job is in one state: `wait`
 * (taken from the front), `active` (under a lock of the worker that took it), `delayed`, `failed` (a dead letter), or it
 * is completed, which deletes it.
 *
 * - A job whose lock has lapsed goes back to the front within one stalled check.
 * - While the queue is paused (rate limited) no worker gets a job.
 * - Only the holder of its lock moves an active job.
 */
import type { JobData } from '../../../src/queue/job.ts';
import type { Keyspace } from '../redis/keyspace.ts';

export const keyOf = (name: string) => `{altur}:calls:${name}`;

export interface StoredJob {
  readonly id: string;
  readonly json: string;
  readonly attempts: number;
  state: 'wait' | 'active' | 'delayed' | 'failed' | 'completed';
  attemptsMade: number;
  attemptsStarted: number;
  stalls: number;
  progress: unknown;
  failedReason?: string;
  lock?: { readonly token: string; until: number } | undefined;
  dueAt: number;
}

export interface AddOptions {
  readonly jobId: string;
  readonly deduplication?: { readonly id: string; readonly ttl: number };
  readonly attempts: number;
}

export class QueueServer {
  /** All that were ever stored, completed ones too. */
  readonly jobs = new Map<string, StoredJob>();
  /** Told when a job may have become free. */
  onJob: () => void = () => {};
  readonly #wait: string[] = [];
  /** Holds the deduplication keys: the ingress deletes those that stayed behind. */
  readonly #keyspace: Keyspace;
  readonly #now: () => number;
  #stalled = new Set<string>();
  #pausedUntil = 0;
  #nextStalledCheck = 0;

  constructor(keyspace: Keyspace, now: () => number) {
    this.#keyspace = keyspace;
    this.#now = now;
  }

  /** Answers the id of the job that has the content: an earlier one perhaps. */
  add(data: JobData, { jobId, deduplication, attempts }: AddOptions): string {
    if (deduplication) {
      const key = keyOf(`de:${deduplication.id}`);
      const earlier = this.#keyspace.execute('get', [key]);
      if (earlier !== null) return earlier as string;
      this.#keyspace.execute('set', [key, jobId, 'PX', String(deduplication.ttl)]);
    }
    const counts = { attemptsMade: 0, attemptsStarted: 0, stalls: 0 };
    const json = JSON.stringify(data);
    this.jobs.set(jobId, { id: jobId, json, attempts, state: 'wait', ...counts, progress: 0, dueAt: 0 });
    this.#wait.push(jobId);
    this.onJob();
    return jobId;
  }

  stateOf(id: string): StoredJob['state'] | 'unknown' {
    const state = this.jobs.get(id)?.state ?? 'unknown';
    return state === 'completed' ? 'unknown' : state;
  }

  get waiting(): number {
    return this.#wait.length;
  }

  take(token: string, lockMs: number): StoredJob | undefined {
    this.#promote();
    if (this.pauseLeft > 0) return undefined;
    const job = this.jobs.get(this.#wait.shift() ?? '');
    if (!job) return undefined;
    job.state = 'active';
    job.attemptsStarted += 1;
    job.lock = { token, until: this.#now() + lockMs };
    return job;
  }

  /** When a job or the end of a pause is to be expected, ms from now. */
  get nextInMs(): number {
    const due = [...this.jobs.values()].filter(({ state }) => state === 'delayed').map(({ dueAt }) => dueAt);
    return Math.max(1, Math.min(...due.map((at) => at - this.#now()), this.pauseLeft || 10_000));
  }

  extend(id: string, token: string, lockMs: number): void {
    const job = this.jobs.get(id);
    if (this.#holds(job, token)) job!.lock = { token, until: this.#now() + lockMs };
  }

  complete(id: string, token: string): void {
    this.#locked(id, token).state = 'completed';
  }

  /** Uses up an attempt; without a delay it is the last one. */
  fail(id: string, token: string, reason: string, delayMs: number | undefined): void {
    const job = this.#locked(id, token);
    job.attemptsMade += 1;
    job.failedReason = reason;
    job.state = delayMs === undefined ? 'failed' : 'delayed';
    job.dueAt = this.#now() + (delayMs ?? 0);
  }

  delay(id: string, token: string, until: number): void {
    const job = this.#locked(id, token);
    job.state = 'delayed';
    job.dueAt = until;
  }

  backToFront(id: string, token: string): void {
    this.#front(this.#locked(id, token));
  }

  setProgress(id: string, progress: unknown): void {
    this.jobs.get(id)!.progress = progress;
  }

  pause(ms: number): void {
    this.#pausedUntil = this.#now() + ms;
  }

  get pauseLeft(): number {
    return Math.max(0, this.#pausedUntil - this.#now());
  }

  /** In two phases: what was active at the last check, and has no lock now, has lost its worker. */
  checkStalled(everyMs: number, maxStalled: number): void {
    if (this.#now() < this.#nextStalledCheck) return;
    this.#nextStalledCheck = this.#now() + everyMs;
    const active = [...this.jobs.values()].filter(({ state }) => state === 'active');
    for (const job of active) {
      if (!this.#stalled.has(job.id) || (job.lock && job.lock.until > this.#now())) continue;
      job.stalls += 1;
      if (job.stalls <= maxStalled) this.#front(job);
      else Object.assign(job, { state: 'failed', failedReason: 'job stalled more than allowable limit' });
    }
    this.#stalled = new Set(active.map(({ id }) => id));
  }

  #front(job: StoredJob): void {
    job.state = 'wait';
    job.lock = undefined;
    this.#wait.unshift(job.id);
    this.onJob();
  }

  #promote(): void {
    for (const job of this.jobs.values()) {
      if (job.state !== 'delayed' || job.dueAt > this.#now()) continue;
      job.state = 'wait';
      this.#wait.push(job.id);
    }
  }

  #holds(job: StoredJob | undefined, token: string): boolean {
    return job?.state === 'active' && job.lock?.token === token && job.lock.until > this.#now();
  }

  #locked(id: string, token: string): StoredJob {
    const job = this.jobs.get(id);
    if (!this.#holds(job, token)) throw new Error(`Missing lock for job ${id}`);
    job!.lock = undefined;
    return job!;
  }
}
