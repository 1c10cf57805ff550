/** Requests to the simulated CRM: what delays, loses and rejects them, and whether they may be sent at all. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CrmError } from '../../../connectors/connector.ts';
import type { Actor } from '../clock.ts';
import { BEGIN } from '../clock.ts';
import type { CrmFault } from '../plan.ts';
import type { World } from '../world.ts';

/** The batch that a request belongs to. */
export interface Batch {
  /** When its jobs were taken from the queue. */
  readonly takenAt: readonly number[];
}

/** So long a worker may take to pause the queue once the CRM has said to wait, ms: a few round trips to Redis. */
const PAUSING_MS = 500;
/** What a fault does to a request of rows. */
export interface RowFault {
  readonly what: CrmFault;
  readonly row: number;
}

interface Wait {
  readonly until: number;
  readonly toldAt: number;
  readonly told: Actor;
}

export class CrmRequests {
  readonly batches = new AsyncLocalStorage<Batch>();
  sent = 0;
  readonly #world: World;
  #waits: Wait[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** `work` is told of a fault that concerns rows. Throws CrmError. */
  async send<T>(
    what: string,
    work: (fault: RowFault | undefined) => T,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const world = this.#world;
    const { clock } = world;
    const actor = clock.actor!;
    if (signal?.aborted) throw unavailable('not sent');
    this.#checkPause(actor);
    this.sent += 1;
    const fault = world.faultOn('crm');
    const answered = world.send<T>('crm', fault ? `${what} ${fault.what}` : what, (answer) => {
      const outage = this.#outage();
      if (outage) {
        const error = outageError(outage);
        return answer(() => {
          if (error.retryAfterMs !== undefined) this.#told(actor, outage.until);
          throw error;
        });
      }
      const noAnswer = () =>
        clock.schedule(
          fault!.ms,
          () =>
            answer(() => {
              throw unavailable('no answer');
            }),
          null,
        );
      if (fault?.what === 'failed')
        return answer(() => {
          throw unavailable('failed');
        });
      if (fault?.what === 'unsent') return void noAnswer();
      const result = work(fault && { what: fault.what, row: fault.row });
      if (fault?.what === 'lost' || fault?.what === 'part') return void noAnswer();
      const delayMs = fault?.what === 'slow' ? fault.ms : world.latency('crm');
      clock.schedule(delayMs, () => answer(() => result), null);
    });
    return signal ? orAborted(answered, signal) : answered;
  }

  #outage() {
    const now = this.#world.clock.now - BEGIN;
    const outage = this.#world.plan.faults.find(
      (fault) => fault.kind === 'outage' && fault.atMs <= now && now < fault.atMs + fault.ms,
    );
    return outage?.kind === 'outage' ? { ...outage, until: outage.atMs + outage.ms + BEGIN } : undefined;
  }

  #told(told: Actor, until: number): void {
    this.#waits = [
      ...this.#waits.filter((wait) => wait.until > this.#world.clock.now),
      { until, told, toldAt: this.#world.clock.now },
    ];
  }

  /** A job that was taken after the CRM had said to wait is not written before the end of the wait. */
  #checkPause(actor: Actor): void {
    const { clock, lastHoldUpAt } = this.#world;
    const { takenAt = [] } = this.batches.getStore() ?? {};
    for (const { until, toldAt, told } of this.#waits) {
      const couldPause = told.isAlive && lastHoldUpAt < toldAt - 15_000;
      const isNew = takenAt.some((at) => at > toldAt + PAUSING_MS);
      if (clock.now < until && isNew && couldPause)
        this.#world.violated(`${actor.name} sends a request while the CRM has said to wait`);
    }
  }
}

function outageError({
  what,
  until,
}: {
  what: 'rate_limited' | 'unavailable' | 'unauthorized';
  until: number;
}) {
  if (what !== 'rate_limited') return new CrmError(what, 'an outage');
  return new CrmError(what, 'too many requests', { retryAfterMs: Math.max(1, until - Date.now()) });
}

function unavailable(reason: string): CrmError {
  return new CrmError('unavailable', reason, { code: 'CRM_UNREACHABLE' });
}

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(unavailable('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
