/**
 * Writes calls to the CRM again, from what is left of their events: the queue still has those that are no synced calls,
 * the recent events those of the last hour where the dashboard is on, Altur's API the rest.
 */
import { AlturApiError } from '../altur/api-error.ts';
import type { CallEvent } from '../altur/event.ts';
import { AWAITED_DAYS } from '../queue/awaited-deliveries.ts';
import { type CallQueue, enqueueAgain, type FoundJob, findJobs } from '../queue/queue.ts';
import type { RecentEvents } from '../queue/recent-events.ts';
import { type ActionParts, audit } from './actor.ts';
import { retryDeadLetters } from './retry.ts';

export type Resynced = { readonly callId: string } & (
  | { readonly result: 'from-recent-event' | 'dead-letter-retried' | 'on-its-way' }
  | { readonly result: 'from-altur'; readonly hasTranscript: boolean }
  | { readonly result: 'impossible'; readonly code: string; readonly reason: string }
);

export interface ResyncParts extends ActionParts {
  readonly queue: CallQueue;
  /** Absent where the dashboard is off: no events are kept. */
  readonly recentEvents?: Pick<RecentEvents, 'list'>;
  /** Absent without ALTUR_API_KEY. Waits its turn, and tries again what may succeed. */
  readonly altur?: { readCall(callId: string): Promise<CallEvent> };
  onEach?(resynced: Resynced): void;
  /** Has the next deliveries of these calls taken, even if they were written before. */
  awaitDeliveries(callIds: readonly string[]): Promise<void>;
  /** For the history of these calls. */
  record?(callIds: readonly string[]): Promise<void>;
}

/** Looked for in the queue at once. */
const PAGE = 200;
/** After so many calls in a row that it did not answer for, the API is not asked for the others. */
const HOPELESS = 3;

/** One result per call, in order. */
export async function resyncCalls(
  parts: ResyncParts,
  callIds: readonly string[],
): Promise<readonly Resynced[]> {
  const resync = new Resync(parts, await recentById(parts.recentEvents));
  const results: Resynced[] = [];
  const distinct = [...new Set(callIds)];
  try {
    for (let start = 0; start < distinct.length; start += PAGE) {
      const page = distinct.slice(start, start + PAGE);
      const jobs = await findJobs(parts.queue, page);
      await retryDead(parts, page, jobs);
      for (const callId of page) {
        const resynced = await resync.run(callId, jobs.get(callId)!);
        results.push(resynced);
        parts.onEach?.(resynced);
      }
      const some = results.slice(start);
      await parts.awaitDeliveries(
        some.flatMap(({ callId, result }) => (result === 'impossible' ? callId : [])),
      );
      await parts.record?.(again(some));
    }
  } finally {
    audit(parts, { action: 'resync', callIds: again(results) });
  }
  return results;
}

function again(results: readonly Resynced[]): string[] {
  return results.flatMap(({ callId, result }) =>
    result === 'from-recent-event' || result === 'from-altur' ? callId : [],
  );
}

/** Those that are dead letters and nothing else. */
async function retryDead(
  { queue, actor, log, record }: ResyncParts,
  callIds: readonly string[],
  jobs: ReadonlyMap<string, readonly FoundJob[]>,
): Promise<void> {
  const dead = callIds.filter((callId) => {
    const own = jobs.get(callId)!;
    return own.length > 0 && own.every(({ state }) => state === 'failed');
  });
  if (dead.length > 0) {
    await retryDeadLetters({ queue, actor, log, ...(record && { record }) }, { callIds: dead });
  }
}

class Resync {
  readonly #parts: ResyncParts;
  readonly #recent: ReadonlyMap<string, { readonly event: CallEvent; readonly receivedAt: number }>;
  /** Why no call can be read from Altur. */
  #alturFault: AlturApiError | undefined;
  /** Calls in a row that could not be read, however often they were asked for. */
  #unanswered = 0;

  constructor(
    parts: ResyncParts,
    recent: ReadonlyMap<string, { readonly event: CallEvent; readonly receivedAt: number }>,
  ) {
    this.#parts = parts;
    this.#recent = recent;
  }

  async run(callId: string, jobs: readonly FoundJob[]): Promise<Resynced> {
    if (jobs.some(({ state }) => state !== 'failed')) return { callId, result: 'on-its-way' };
    if (jobs.length > 0) return { callId, result: 'dead-letter-retried' };
    const recent = this.#recent.get(callId);
    if (recent) {
      await enqueueAgain(this.#parts.queue, recent);
      return { callId, result: 'from-recent-event' };
    }
    return this.#fromAltur(callId);
  }

  async #fromAltur(callId: string): Promise<Resynced> {
    if (!this.#parts.altur) {
      const reason = `its event is not in Redis: set ALTUR_API_KEY, so that it can be read from Altur, or have Altur send it again, which is taken for ${AWAITED_DAYS} days from now on`;
      return { callId, result: 'impossible', code: 'EVENT_GONE', reason };
    }
    try {
      if (this.#alturFault) throw this.#alturFault;
      const event = await this.#parts.altur.readCall(callId);
      this.#unanswered = 0;
      await enqueueAgain(this.#parts.queue, { event, receivedAt: Date.now() });
      return { callId, result: 'from-altur', hasTranscript: event.transcript_unavailable !== true };
    } catch (error) {
      if (!(error instanceof AlturApiError)) throw error;
      this.#unanswered = error.retryAfterMs === undefined ? 0 : this.#unanswered + 1;
      if (error.concernsAll || this.#unanswered >= HOPELESS) this.#alturFault = error;
      return { callId, result: 'impossible', code: error.code, reason: error.message };
    }
  }
}

/** The latest of each call. */
async function recentById(recentEvents: ResyncParts['recentEvents']) {
  const latestFirst = (await recentEvents?.list()) ?? [];
  return new Map(latestFirst.toReversed().map((recent) => [recent.event.id, recent]));
}
