/**
 * Keeps what a long run costs at the CRM within a share of its quota, and out of the way of live calls: one group at a
 * time is in the queue, and the next one follows once the requests allow it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../../connectors/connector.ts';
import { type CallQueue, findJobs, type JobState } from '../queue/queue.ts';
import type { Cost } from './reconciled-requests.ts';

export interface ThrottleParts {
  readonly queue: CallQueue;
  /** Of the CRM's quota, from 0 to 1. */
  readonly share: number;
  readonly batchSize: number;
  /** As the CRM last reported to any process. */
  usage(): Promise<Usage | undefined>;
  /** What the calls of reconciles have cost in the last 24 hours. */
  spent(): Promise<Cost>;
  /** Undefined: it goes on. */
  onWait(reason: string | undefined): void;
  readonly timing?: Partial<typeof TIMING>;
}

/** Until the first batch is written: what one of new people takes on HubSpot. */
const ASSUMED_REQUESTS = 8;
/** `probeMs`: after so long a group is let through, since only an answer of the CRM shows that there is quota again. */
const TIMING = { queueEveryMs: 500, quotaEveryMs: 15_000, probeMs: 3_600_000 };
/** A job that is tried again later, or is a dead letter, is waited for by nobody. */
const WAITED_FOR: readonly JobState[] = ['wait', 'prioritized', 'active'];

export class Throttle {
  readonly #parts: ThrottleParts;
  readonly #timing: typeof TIMING;
  #former: readonly string[] = [];
  #notBefore = 0;

  constructor(parts: ThrottleParts) {
    this.#parts = parts;
    this.#timing = { ...TIMING, ...parts.timing };
  }

  /** Resolves when the next group may be stored. */
  async turn(signal: AbortSignal): Promise<void> {
    const { onWait } = this.#parts;
    try {
      while (await this.#isQueued()) {
        onWait('the former group is in the queue');
        await sleep(this.#timing.queueEveryMs, undefined, { signal });
      }
      const probeAt = Date.now() + this.#timing.probeMs;
      for (let reason = await this.#quotaReason(); reason; reason = await this.#quotaReason()) {
        if (Date.now() >= probeAt) break;
        onWait(reason);
        await sleep(this.#timing.quotaEveryMs, undefined, { signal });
      }
      await this.#until(this.#notBefore, signal);
    } finally {
      onWait(undefined);
    }
  }

  async #until(at: number, signal: AbortSignal): Promise<void> {
    const wait = at - Date.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
  }

  async stored(callIds: readonly string[]): Promise<void> {
    const { share, usage } = this.#parts;
    this.#former = callIds;
    const { burst } = (await usage()) ?? {};
    if (!burst) return;
    const cost = await this.#costOf(callIds.length);
    this.#notBefore = Date.now() + burst.perMs / groupsAtOnce(share * burst.limit, cost);
  }

  async #isQueued(): Promise<boolean> {
    if (this.#former.length === 0) return false;
    const jobs = await findJobs(this.#parts.queue, this.#former);
    return [...jobs.values()].flat().some(({ state }) => WAITED_FOR.includes(state));
  }

  async #quotaReason(): Promise<string | undefined> {
    const { share, batchSize, usage, spent } = this.#parts;
    const reported = await usage();
    if (!reported) return undefined;
    const { used, limit } = reported;
    if (used / limit >= 1 - share) {
      return `${used} of the CRM’s ${limit} requests of a day are used: live calls need the rest`;
    }
    const { requests } = await spent();
    const cost = await this.#costOf(batchSize);
    if (requests + cost <= share * limit) return undefined;
    return `${Math.round(requests)} requests in 24 hours are its share (${Math.round(share * 100)} %) of the CRM’s ${limit} a day`;
  }

  async #costOf(calls: number): Promise<number> {
    const { calls: known, requests } = await this.#parts.spent();
    const each = known > 0 ? requests / known : ASSUMED_REQUESTS / this.#parts.batchSize;
    return each * calls;
  }
}

/** How many groups fit into any such interval, whenever it begins: whole ones, unless not even one does. */
function groupsAtOnce(requests: number, cost: number): number {
  return requests < cost ? requests / cost : Math.floor(requests / cost);
}
