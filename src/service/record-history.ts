/**
 * Writes what happens to calls into their history. It is for people, so it is never in the way: nobody waits for it, and
 * what cannot be written is logged, folded, and missing there. Where a call is, the queue and the ledger know.
 *
 * State: what was told in this turn of the event loop, which is looked at in the next one, so that no answer waits for it;
 * the updates that were made of it and wait; the write under way, one at a time. Updates wait for `LINGER_MS`, for the
 * write under way, or until they are many: one script writes them all, and each script costs Redis as much as an event.
 */
import type { Log } from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { FoldedWarning } from '../folded-warning.ts';
import type { CallHistory, CallUpdate, TimelineEntry } from '../monitoring/call-history.ts';
import { openCallHistory } from '../monitoring/call-history-store.ts';
import type { RedisClient } from '../queue/redis.ts';
import { settlesWithin } from '../timeout.ts';
import { type FinalDecision, PERSON_BUSY } from '../worker/job-decision.ts';
import type { DecidedBatch } from '../worker/worker.ts';
import type { Releases } from './releases.ts';

export interface HistoryParts {
  readonly history: Pick<CallHistory, 'add'>;
  readonly log: Pick<Log, 'warn'>;
  /** Of the person of a call. */
  personNames(event: CallEvent): readonly string[];
}

/** While Redis answers slowly, more are not written: events and calls need the memory. */
const MAX_PENDING = 5_000;
/** For so many, the script keeps Redis from answering anyone else for a few ms. */
const MAX_WRITTEN_AT_ONCE = 100;
const LINGER_MS = 20;
/** At the end of the process. */
const SETTLE_MS = 1_000;
const HINT = 'status and the list of calls lack it; calls are written all the same';

type Told = () => readonly CallUpdate[];

export class HistoryRecorder {
  readonly #parts: HistoryParts;
  readonly #warning: FoldedWarning;
  #told: Told[] = [];
  #waiting: CallUpdate[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isSettling = false;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
    this.#warning = new FoldedWarning(parts.log, 'call history not written', HINT);
  }

  /** A delivery that was stored. */
  received(event: CallEvent, receivedAt: number, status: 'queued' | 'duplicate'): void {
    const entry = { at: receivedAt, event: status === 'queued' ? 'received' : status } as const;
    this.#tell(() => {
      return [{ callId: event.id, version: receivedAt, entry, names: this.#parts.personNames(event) }];
    });
  }

  decided(batch: DecidedBatch): void {
    this.#tell(() => updatesOf(batch, this.#parts.personNames));
  }

  /** Writes what waits, for a moment. */
  async settle(): Promise<void> {
    this.#isSettling = true;
    this.#takeTold();
    const written = async () => {
      while (this.#writing) await this.#writing;
    };
    await settlesWithin(written(), SETTLE_MS);
  }

  #tell(updates: Told): void {
    if (this.#told.length + this.#waiting.length >= MAX_PENDING) {
      this.#warning.warn({ code: 'HISTORY_NOT_WRITTEN', reason: 'Redis answers too slowly' });
      return;
    }
    this.#told.push(updates);
    if (this.#told.length === 1) setImmediate(() => this.#takeTold());
  }

  /** The events are released: they may be long, and Redis slow. */
  #takeTold(): void {
    const told = this.#told;
    this.#told = [];
    for (const updates of told) {
      try {
        this.#waiting.push(...updates());
      } catch (error) {
        this.#warning.warn({ code: 'HISTORY_NOT_WRITTEN', error });
      }
    }
    this.#writeSoon();
  }

  #writeSoon(): void {
    if (this.#waiting.length >= MAX_WRITTEN_AT_ONCE || this.#isSettling) this.#write();
    else if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#write(), LINGER_MS);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing || this.#waiting.length === 0) return;
    const updates = this.#waiting.splice(0, MAX_WRITTEN_AT_ONCE);
    this.#writing = this.#parts.history
      .add(updates)
      .catch((error) => {
        for (const _ of updates) this.#warning.warn({ code: 'HISTORY_NOT_WRITTEN', error });
      })
      .then(() => {
        this.#writing = undefined;
        this.#writeSoon();
      });
  }
}

/** On this connection; what is being written is waited for when the process stops. */
export function openHistoryRecorder(
  personNames: HistoryParts['personNames'],
  redis: RedisClient,
  log: Log,
  releases: Releases,
): HistoryRecorder {
  const recorder = new HistoryRecorder({ history: openCallHistory(redis), log, personNames });
  releases.add(() => recorder.settle());
  return recorder;
}

function updatesOf(
  { calls, decisions, requests }: DecidedBatch,
  personNames: HistoryParts['personNames'],
): CallUpdate[] {
  const at = Date.now();
  const batch = { at, batchSize: calls.length, ...(requests.length > 0 && { requests }) };
  return calls.flatMap(({ event, receivedAt }, index) => {
    const change = changeOf(decisions[index]!, at);
    if (!change) return [];
    const { outcome, unassigned, ...entry } = change;
    return {
      callId: event.id,
      version: receivedAt,
      outcome,
      ...(unassigned && { unassigned }),
      entry: isTried(change) ? { ...batch, ...entry } : { at, ...entry },
      names: personNames(event),
    };
  });
}

/** The requests of its batch are not about a call that was not tried. */
function isTried({ event, code, unassigned }: Change): boolean {
  if (event === 'skipped') return unassigned !== undefined;
  return code !== PERSON_BUSY.code;
}

type Change = Omit<TimelineEntry, 'at'> &
  Required<Pick<CallUpdate, 'outcome'>> &
  Pick<CallUpdate, 'unassigned'>;

/** Undefined where nothing was tried. */
function changeOf(decision: FinalDecision, now: number): Change | undefined {
  switch (decision.action) {
    case 'complete': {
      const { summary, skippedBy, unassigned } = decision;
      const person = unassigned && { unassigned };
      if (skippedBy !== undefined)
        return { event: 'skipped', outcome: 'skipped', reason: skippedBy, ...person };
      const note = summary === 'synced' ? {} : { reason: summary };
      return { event: 'synced', outcome: 'synced', ...note, ...person };
    }
    case 'retry':
      return { event: 'retry', outcome: 'retrying', ...causeOf(decision), nextAt: now + decision.delayMs };
    case 'delay':
      return { event: 'delay', outcome: 'retrying', ...causeOf(decision), nextAt: now + decision.delayMs };
    case 'pause':
      return { event: 'pause', outcome: 'queued', ...causeOf(decision), nextAt: now + decision.pauseMs };
    case 'fail':
      return { event: 'dead-letter', outcome: 'dead-letter', ...causeOf(decision) };
    case 'requeue':
      return undefined;
    default:
      throw new Error(`unknown decision ${JSON.stringify(decision satisfies never)}`);
  }
}

const causeOf = ({ code, reason }: { readonly code: string; readonly reason: string }) => ({ code, reason });
