/** BullMQ's worker: takes jobs, keeps their locks, and carries out what the processor returns or throws. */
import {
  DelayedError,
  type Job,
  type Processor,
  RateLimitError,
  UnrecoverableError,
  WaitingError,
  type WorkerOptions,
} from 'bullmq';
import type { JobData } from '../../../src/queue/job.ts';
import type { JobWorker } from '../../../src/worker/worker.ts';
import type { World } from '../world.ts';
import type { QueueServer, StoredJob } from './server.ts';

type Listener = (...args: unknown[]) => void;
let tokens = 0;

export class SimulatedWorker {
  mayTakeJobs = () => true;
  onTurn = () => {};
  readonly #world: World;
  readonly #server: QueueServer;
  readonly #process: Processor<JobData, string>;
  readonly #options: WorkerOptions;
  /** By job id: the token of its lock, and the end of its processing. */
  readonly #active = new Map<string, { readonly token: string; readonly ended: Promise<void> }>();
  readonly #listeners = new Map<string, Listener[]>();
  #wake = Promise.withResolvers<void>();
  #closing: Promise<void> | undefined;
  readonly #timers: NodeJS.Timeout[];
  readonly #taking: Promise<void>;
  readonly #onTaken: (job: JobData) => void;

  constructor(
    { world, server, onTaken }: { world: World; server: QueueServer; onTaken(job: JobData): void },
    process: Processor<JobData, string>,
    options: WorkerOptions,
  ) {
    this.#world = world;
    this.#server = server;
    this.#onTaken = onTaken;
    this.#process = process;
    this.#options = options;
    const { lockDuration = 0, stalledInterval = 0, maxStalledCount = 0 } = options;
    const renew = () =>
      this.#link('extend', () => {
        for (const [id, { token }] of this.#active) server.extend(id, token, lockDuration);
      });
    const check = () =>
      this.#link('stalled check', () => server.checkStalled(stalledInterval, maxStalledCount));
    this.#timers = [
      setInterval(() => this.#active.size > 0 && renew().catch(() => {}), lockDuration / 2),
      setInterval(() => check().catch(() => {}), stalledInterval),
    ];
    this.#taking = this.#takeJobs();
  }

  get asJobWorker(): JobWorker {
    return this as unknown as JobWorker;
  }

  /** The queue has a job. */
  wake(): void {
    this.#wake.resolve();
  }

  isRunning(): boolean {
    return this.#closing === undefined;
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  /** Waits for the jobs in flight. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    this.wake();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#taking;
    await Promise.all([...this.#active.values()].map(({ ended }) => ended));
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #takeJobs(): Promise<void> {
    const { concurrency = 1, lockDuration = 0, maximumRateLimitDelay = 0 } = this.#options;
    while (this.isRunning()) {
      this.#wake = Promise.withResolvers();
      this.onTurn();
      let idleMs = 60_000;
      if (this.#active.size < concurrency) {
        tokens += 1;
        const token = `token ${tokens}`;
        const { job, nextInMs } = await this.#link('take', () => {
          const taken = this.#server.take(token, lockDuration);
          return { job: taken, nextInMs: this.#server.nextInMs };
        });
        if (job) {
          this.#active.set(job.id, { token, ended: this.#run(job, token) });
          continue;
        }
        idleMs = Math.min(nextInMs, maximumRateLimitDelay);
      }
      const timer = setTimeout(() => this.wake(), idleMs);
      await this.#wake.promise;
      clearTimeout(timer);
    }
  }

  async #run(stored: StoredJob, token: string): Promise<void> {
    const { id } = stored;
    const job = this.#jobOf(stored);
    this.#onTaken(job.data);
    try {
      await this.#settle(job, id, token);
    } catch (error) {
      this.#emit('error', error);
    }
    this.#active.delete(id);
    this.wake();
  }

  async #settle(job: Job<JobData, string>, id: string, token: string): Promise<void> {
    const server = this.#server;
    try {
      await this.#process(job, token);
    } catch (error) {
      if (error instanceof DelayedError || error instanceof WaitingError) return;
      if (error instanceof RateLimitError) return this.#link('back', () => server.backToFront(id, token));
      const reason = (error as Error).message;
      const attempt = job.attemptsMade + 1;
      const isLast = error instanceof UnrecoverableError || attempt >= job.opts.attempts!;
      const delayMs = isLast
        ? undefined
        : ((await this.#options.settings!.backoffStrategy!(
            attempt,
            'custom',
            error as Error,
            job,
          )) as number);
      await this.#link('fail', () => server.fail(id, token, reason, delayMs));
      Object.assign(job, { attemptsMade: attempt, ...(isLast && { finishedOn: Date.now() }) });
      this.#emit('failed', job, error);
      return;
    }
    await this.#link('complete', () => server.complete(id, token));
  }

  #jobOf({ id, json, attempts, attemptsMade, attemptsStarted, progress }: StoredJob): Job<JobData, string> {
    const server = this.#server;
    const job = {
      id,
      data: JSON.parse(json) as JobData,
      opts: { attempts },
      attemptsMade,
      attemptsStarted,
      progress,
      updateProgress: (value: unknown) => this.#link('progress', () => server.setProgress(id, value)),
      moveToDelayed: (until: number, token: string) =>
        this.#link('delay', () => server.delay(id, token, until)),
      moveToWait: (token: string) => this.#link('requeue', () => server.backToFront(id, token)),
    };
    return job as unknown as Job<JobData, string>;
  }

  #link<T>(what: string, execute: () => T): Promise<T> {
    return this.#world.link('queue', what, execute);
  }

  #emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}
