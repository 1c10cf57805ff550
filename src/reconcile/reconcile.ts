/**
 * One reconcile or backfill from its beginning to its end: under the lease, with what Redis remembers of it for those who
 * watch and for the run that goes on where this one ended.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Connector, CrmAccount, Usage } from '../../connectors/connector.ts';
import type { AlturCalls, ListedCall, TimeWindow } from '../altur/altur-calls.ts';
import { openDiscardedCalls } from '../queue/discarded-calls.ts';
import { enqueueReconciled, type ReconciledCall } from '../queue/enqueue-reconciled.ts';
import type { Ledger } from '../queue/ledger.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import type { LeaseWrite, RedisLease } from '../queue/redis-lease.ts';
import { WindowComparison } from './compare-window.ts';
import type { ReconcileRun } from './reconcile-run.ts';
import { openReconcileStore, progressWrite, runWrite } from './reconcile-store.ts';
import { openReconciledRequests } from './reconciled-requests.ts';
import { LEASE_LOST, STOPPED, stopReason } from './stop-reason.ts';
import { Throttle, type ThrottleParts } from './throttle.ts';

export interface ReconcileParts {
  readonly redis: RedisClient;
  readonly queue: CallQueue;
  readonly ledger: Pick<Ledger, 'read' | 'writeNew'>;
  readonly altur: AlturCalls;
  readonly connector: Pick<Connector, 'name' | 'batchSize' | 'findCalls'>;
  readonly account: CrmAccount | undefined;
  /** Of the CRM, as any process last saw it. */
  usage(): Promise<Usage | undefined>;
  /** Why nothing may be stored or asked of the CRM at the moment. */
  waitReason(): Promise<string | undefined>;
  /** Redis has them. */
  onEnqueued?(calls: readonly ReconciledCall[]): void;
  /** Every second, and at the end. `share`: of the work, from 0 to 1. */
  onProgress?(run: ReconcileRun, share: number): void;
  onMissing?(call: ListedCall, campaignId: string): void;
  readonly timing?: { readonly tickMs?: number; readonly throttle?: ThrottleParts['timing'] };
}

export interface ReconcileOptions {
  readonly kind: ReconcileRun['kind'];
  readonly window: TimeWindow;
  readonly graceMs: number;
  readonly isDryRun: boolean;
  /** Of the CRM's quota, from 0 to 1; undefined: as fast as Altur allows. */
  readonly share?: number;
  /** See CompareParts. */
  readonly unreadSince?: Readonly<Record<string, number>>;
  /** What a former run has done is done again. */
  readonly restart?: boolean;
  /** What Redis is to remember once it has come to its end, by success or not. */
  atEnd?(run: ReconcileRun): readonly LeaseWrite[];
}

const TICK_MS = 1_000;
const WAIT_MS = 2_000;
/** BullMQ adds many jobs one after the other: Redis may reject some of a group. */
const STORE_ATTEMPTS = 3;

/**
 * Answers the run as it ended: `stoppedBy` says why it did not get to its end. Throws defects. `lease`: of this process; a
 * dry run needs none.
 */
export function reconcile(
  parts: ReconcileParts,
  options: ReconcileOptions,
  lease: RedisLease | undefined,
  signal: AbortSignal,
): Promise<ReconcileRun> {
  const ending = lease ? AbortSignal.any([signal, lease.lost]) : signal;
  return new Reconcile(parts, options, lease, ending).run();
}

class Reconcile {
  readonly #parts: ReconcileParts;
  readonly #options: ReconcileOptions;
  /** A dry run has none. */
  readonly #lease: RedisLease | undefined;
  /** Ends the run, and its requests when it fails. */
  readonly #signal: AbortSignal;
  readonly #failed = new AbortController();
  readonly #startedAt = Date.now();
  readonly #throttle: Throttle | undefined;
  #comparison: WindowComparison | undefined;
  #waitingFor: string | undefined;
  #saving: Promise<unknown> | undefined;

  constructor(
    parts: ReconcileParts,
    options: ReconcileOptions,
    lease: RedisLease | undefined,
    signal: AbortSignal,
  ) {
    this.#parts = parts;
    this.#options = options;
    this.#lease = lease;
    this.#signal = AbortSignal.any([signal, this.#failed.signal]);
    this.#throttle = this.#openThrottle();
  }

  async run(): Promise<ReconcileRun> {
    const { kind, window, restart, isDryRun } = this.#options;
    const isFresh = restart || isDryRun;
    const former = isFresh ? undefined : await openReconcileStore(this.#parts.redis).progress(kind);
    this.#comparison = new WindowComparison(this.#compareParts(), window, former);
    const ticks = setInterval(() => this.#tick(), this.#parts.timing?.tickMs ?? TICK_MS);
    let stoppedBy: ReconcileRun['stoppedBy'];
    try {
      await this.#comparison.run();
    } catch (error) {
      stoppedBy = await this.#stopReason(error);
    } finally {
      this.#failed.abort();
      clearInterval(ticks);
      await this.#saving;
    }
    const ended: ReconcileRun = {
      ...this.#snapshot(),
      finishedAt: Date.now(),
      ...(stoppedBy && { stoppedBy }),
    };
    await this.#save(ended, this.#options.atEnd?.(ended)).catch((error) => {
      // It ended because Redis does not answer: the next run goes on where Redis last knew it to be.
      if (!stoppedBy) throw error;
    });
    this.#parts.onProgress?.(ended, this.#comparison.share);
    return ended;
  }

  /** Throws defects. */
  async #stopReason(error: unknown): Promise<ReconcileRun['stoppedBy']> {
    if (this.#lease?.lost.aborted) return LEASE_LOST;
    return this.#signal.aborted ? STOPPED : stopReason(error, this.#parts.redis);
  }

  #compareParts() {
    const { account, ledger, altur, connector, queue, redis, onMissing } = this.#parts;
    const { graceMs, isDryRun, unreadSince } = this.#options;
    return {
      ...{ account, ledger, altur, connector, queue, graceMs, isDryRun },
      discarded: openDiscardedCalls(redis),
      signal: this.#signal,
      ready: () => this.#ready(),
      enqueue: (calls: readonly ReconciledCall[]) => this.#enqueue(calls),
      ...(unreadSince && { unreadSince }),
      ...(onMissing && { onMissing }),
    };
  }

  #openThrottle(): Throttle | undefined {
    const { queue, redis, connector, usage, timing } = this.#parts;
    const { share } = this.#options;
    if (share === undefined) return undefined;
    const requests = openReconciledRequests(redis, connector.name);
    return new Throttle({
      ...{ queue, share, usage },
      batchSize: connector.batchSize,
      spent: () => requests.read(),
      onWait: (reason) => this.#wait(reason),
      ...(timing?.throttle && { timing: timing.throttle }),
    });
  }

  #wait(reason: string | undefined): void {
    this.#waitingFor = reason;
  }

  async #ready(): Promise<void> {
    for (;;) {
      const reason = await this.#parts.waitReason();
      this.#wait(reason);
      if (reason === undefined) return;
      await sleep(WAIT_MS, undefined, { signal: this.#signal });
    }
  }

  async #enqueue(calls: readonly ReconciledCall[]): Promise<void> {
    const { queue, onEnqueued } = this.#parts;
    await this.#throttle?.turn(this.#signal);
    for (let attempt = 1; ; attempt += 1) {
      this.#signal.throwIfAborted();
      try {
        await enqueueReconciled(queue, calls);
        break;
      } catch (error) {
        if (attempt === STORE_ATTEMPTS) throw error;
        await sleep(WAIT_MS, undefined, { signal: this.#signal });
      }
    }
    onEnqueued?.(calls);
    await this.#throttle?.stored(calls.map(({ event }) => event.id));
  }

  #snapshot(): ReconcileRun {
    const { kind, window, isDryRun } = this.#options;
    const { counts, campaigns, slices, unreadCampaigns } = this.#comparison!;
    return {
      ...{ kind, window, isDryRun, campaigns, slices },
      startedAt: this.#startedAt,
      updatedAt: Date.now(),
      ...(this.#waitingFor !== undefined && { waitingFor: this.#waitingFor }),
      ...counts.snapshot(),
      ...(unreadCampaigns.length > 0 && { unreadCampaigns }),
    };
  }

  #tick(): void {
    const run = this.#snapshot();
    this.#parts.onProgress?.(run, this.#comparison!.share);
    // What cannot be saved now is saved a second later; without Redis the lease is lost soon.
    this.#saving ??= this.#save(run)
      .catch(() => {})
      .finally(() => {
        this.#saving = undefined;
      });
  }

  async #save(run: ReconcileRun, more: readonly LeaseWrite[] = []): Promise<void> {
    const isDone = run.finishedAt !== undefined && run.stoppedBy === undefined;
    const progress = isDone ? undefined : this.#comparison!.progress;
    await this.#lease?.write([runWrite(run), progressWrite(run.kind, progress), ...more]);
  }
}
