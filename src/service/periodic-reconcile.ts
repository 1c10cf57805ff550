/**
 * RECONCILE_EVERY: one of the processes that write calls compares them with Altur's from time to time.
 *
 * Every process looks every few seconds whether it is time; the one that gets the lease does it. Redis remembers when the
 * last one began and up to when calls were compared, so a process that takes over goes on from there. Nothing waits for
 * it, and it never rejects: what fails is logged, and tried again the next time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../connectors/connector.ts';
import type { RedisLease } from '../queue/redis-lease.ts';
import { INTERRUPTED, stateAfter, unreadBefore, windowAfter } from '../reconcile/periodic-state.ts';
import { type ReconcileParts, reconcile } from '../reconcile/reconcile.ts';
import type { ReconcileRun } from '../reconcile/reconcile-run.ts';
import { openReconcileStore, type PeriodicState } from '../reconcile/reconcile-store.ts';
import { RunningElsewhereError, withRunLease } from '../reconcile/run-lease.ts';
import { settlesWithin } from '../timeout.ts';

export interface PeriodicReconcileParts extends Omit<ReconcileParts, 'account'> {
  readonly everyMs: number;
  /** The portal or org that this process writes to; undefined where the CRM does not say. */
  account(): ReconcileParts['account'];
  /** After a run that came to its end; never rejects. */
  afterRun?(signal: AbortSignal): Promise<void>;
  readonly log: Log;
  readonly pace?: Partial<typeof PACE>;
}

/** Altur sends a webhook several times: a call is missing only once they are over. */
const GRACE_MS = 5 * 60_000;
/** Not before the workers have settled; processes that start together do not ask together. */
const PACE = { firstMs: 2_000, jitterMs: 6_000, lookEveryMs: 15_000 };
const STOP_MS = 1_000;
export class PeriodicReconcile {
  readonly #parts: PeriodicReconcileParts;
  readonly #stopping = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  #reported: string | undefined;

  constructor(parts: PeriodicReconcileParts) {
    this.#parts = parts;
  }

  start(): this {
    this.#ended = this.#loop();
    return this;
  }

  /** Ends within a second. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await settlesWithin(this.#ended, STOP_MS);
  }

  async #loop(): Promise<void> {
    const pace = { ...PACE, ...this.#parts.pace };
    const { signal } = this.#stopping;
    const wait = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {});
    await wait(pace.firstMs + Math.random() * pace.jitterMs);
    while (!signal.aborted) {
      await this.#runIfDue().catch((error) => {
        if (!signal.aborted) this.#report('RECONCILE_FAILED', error);
      });
      await wait(pace.lookEveryMs);
    }
  }

  async #runIfDue(): Promise<void> {
    const { redis, log, waitReason, afterRun } = this.#parts;
    let ended: ReconcileRun | undefined;
    const store = openReconcileStore(redis);
    if ((await waitReason()) !== undefined || !this.#isDue(await store.periodic())) return;
    try {
      await withRunLease(redis, { kind: 'reconcile', by: 'service' }, async (lease) => {
        const state = await store.periodic();
        // Another process may have done it since.
        if (!this.#isDue(state)) return;
        ended = await this.#run(state, lease);
        this.#tell(ended);
      });
    } catch (error) {
      if (!(error instanceof RunningElsewhereError)) throw error;
      log.debug('reconcile left to another process', { reason: error.message });
    }
    // Without the lease: a command need not wait for it.
    if (ended && !ended.stoppedBy) await afterRun?.(this.#stopping.signal);
  }

  #isDue({ startedAt = 0 }: PeriodicState): boolean {
    return Date.now() >= startedAt + this.#parts.everyMs;
  }

  #run(state: PeriodicState, lease: RedisLease): Promise<ReconcileRun> {
    const { account: accountOf, ...parts } = this.#parts;
    const account = accountOf();
    const window = windowAfter(state, account?.id);
    const unreadSince = unreadBefore(state, window, account?.id);
    return reconcile(
      { ...parts, account },
      {
        kind: 'reconcile',
        ...{ window, unreadSince, graceMs: GRACE_MS, isDryRun: false },
        atEnd: (ended) =>
          stateAfter({ ...state, everyMs: parts.everyMs }, ended, { account: account?.id, unreadSince }),
      },
      lease,
      this.#stopping.signal,
    );
  }

  #tell(run: ReconcileRun): void {
    const { stoppedBy, window, listed, unfinished, known, inCrm, missing, enqueued, unusable } = run;
    const { unreadCampaigns } = run;
    const counts = { listed, unfinished, known, inCrm, missing, enqueued, unusable, unreadCampaigns };
    if (stoppedBy === undefined) {
      this.#reported = undefined;
      const { log } = this.#parts;
      const say = missing > 0 || unreadCampaigns ? log.warn.bind(log) : log.info.bind(log);
      say('reconciled with Altur', { from: new Date(window.from).toISOString(), ...counts });
    } else if (!INTERRUPTED.includes(stoppedBy.code)) {
      this.#report(stoppedBy.code, stoppedBy.reason);
    }
  }

  /** Each kind of failure once, until it has passed. */
  #report(code: string, reason: unknown): void {
    const { log } = this.#parts;
    if (this.#reported === code) return;
    this.#reported = code;
    log.error('reconcile failed: tried again later, calls are written all the same', {
      code,
      ...(reason instanceof Error ? { error: reason } : { reason }),
    });
  }
}
