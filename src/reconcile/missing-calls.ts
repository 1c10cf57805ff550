/**
 * Calls that neither the queue nor the ledger has, on their way into the queue: the CRM is asked for a full group of them
 * at once, those it lacks are read from Altur, and stored in full groups of its batch size, since they are written in
 * such groups.
 *
 * State, in which each call is once: `#unknown` (the CRM was not asked) → `#missing` (not read yet) → `#read` (not
 * stored yet) → settled. What is not settled is lost with the process, and found again by the next run.
 */
import type { CrmAccount } from '../../connectors/connector.ts';
import type { AlturCalls, ListedCall } from '../altur/altur-calls.ts';
import { OperatorError } from '../operator-error.ts';
import type { ReconciledCall } from '../queue/enqueue-reconciled.ts';
import type { Ledger } from '../queue/ledger.ts';
import { type CrmLookUpParts, endOf, notInCrm } from './found-in-crm.ts';
import type { RunCounts } from './run-counts.ts';

/** In one request on each CRM. */
const ASKED_AT_ONCE = 100;
/** Requests to Altur in flight: their pace is limited elsewhere. */
const READERS = 4;
/** After so many calls in a row that Altur did not answer for, it is asked for something else. */
const DOUBTFUL = 3;
/** After so many the run ends although it answers that. */
const HOPELESS = 50;

export interface MissingCallsParts {
  readonly altur: Pick<AlturCalls, 'campaigns' | 'readEvent'>;
  readonly connector: CrmLookUpParts['connector'] & { readonly batchSize: number };
  readonly ledger: Pick<Ledger, 'writeNew'>;
  readonly account: CrmAccount | undefined;
  readonly counts: RunCounts;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  /** Before a request to the CRM, and before calls are stored: resolves once both may be done. */
  ready(): Promise<void>;
  /** Stores a group; resolves once Redis has it. */
  enqueue(calls: readonly ReconciledCall[]): Promise<void>;
  onMissing?(call: ListedCall, campaignId: string): void;
}

/** Where a call was listed. */
export interface Listing {
  /** Of the slices of time. */
  readonly slice: number;
  readonly campaignId: string;
}

interface UnknownCall extends Listing {
  readonly call: ListedCall;
  readonly absentAt?: number;
}

export class MissingCalls {
  readonly #parts: MissingCallsParts;
  readonly #added = new Set<string>();
  #unknown: UnknownCall[] = [];
  #missing: UnknownCall[] = [];
  #read: (ReconciledCall & Listing)[] = [];
  /** When a group was stored, or the first call of one was added. */
  #waitingSince = 0;
  /** Of them, those that Altur is being asked for, or was asked for in vain. */
  #reading: readonly UnknownCall[] = [];
  /** Where those were listed that Altur did not answer for. */
  readonly #toAskAgain: Listing[] = [];
  /** Those that are being read are among them. */
  #unread = 0;
  #unanswered = 0;

  constructor(parts: MissingCallsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#unsettled.length;
  }

  /** How many the CRM or Altur have still to be asked for. */
  get unread(): number {
    return this.#unread;
  }

  /** Answers how many are new: slices of time may overlap, and what waits for its group is nowhere else. */
  add(calls: readonly ListedCall[], listing: Listing): number {
    const fresh = calls.filter(({ id }) => !this.#added.has(id));
    if (this.size === 0) this.#waitingSince = Date.now();
    this.#unread += fresh.length;
    for (const call of fresh) {
      this.#added.add(call.id);
      this.#unknown.push({ ...listing, call });
    }
    return fresh.length;
  }

  /** Where those were listed that are not settled, or that a run that follows should ask for again. */
  get listings(): readonly Listing[] {
    return [...this.#unsettled, ...this.#toAskAgain];
  }

  get #unsettled(): readonly Listing[] {
    return [...this.#unknown, ...this.#missing, ...this.#reading, ...this.#read];
  }

  /** For how long some have waited for their group to be full, ms. */
  get waitingMs(): number {
    return this.size === 0 ? 0 : Date.now() - this.#waitingSince;
  }

  /** Settles full groups; with `rest`, all calls. Throws CrmError, and AlturApiError where it concerns all calls. */
  async settle(rest: boolean): Promise<void> {
    const { connector } = this.#parts;
    while (this.#unknown.length >= (rest ? 1 : ASKED_AT_ONCE)) {
      await this.#askCrm(this.#unknown.splice(0, ASKED_AT_ONCE));
      await this.#readFullGroups();
    }
    if (rest && this.#missing.length > 0) await this.#readAll(this.#missing.splice(0));
    while (this.#read.length >= (rest ? 1 : connector.batchSize)) {
      await this.#store(this.#read.slice(0, connector.batchSize));
    }
  }

  async #askCrm(group: readonly UnknownCall[]): Promise<void> {
    const { counts, connector, onMissing, isDryRun, ready, signal } = this.#parts;
    const absent = connector.findCalls ? { absentAt: Date.now() } : {};
    await ready();
    signal.throwIfAborted();
    const asked = group.map(({ call }) => call);
    const missing = new Set(await notInCrm(this.#parts, asked));
    counts.inCrm += group.length - missing.size;
    counts.missing += missing.size;
    this.#unread -= isDryRun ? group.length : group.length - missing.size;
    for (const each of group) {
      if (!missing.has(each.call)) continue;
      onMissing?.(each.call, each.campaignId);
      if (!isDryRun) this.#missing.push({ ...each, ...absent });
    }
  }

  /** Calls are read when a group can be stored, so that few of them are in memory. */
  async #readFullGroups(): Promise<void> {
    const { batchSize } = this.#parts.connector;
    while (this.#missing.length + this.#read.length >= batchSize && this.#missing.length > 0) {
      await this.#readAll(this.#missing.splice(0, Math.max(1, batchSize - this.#read.length)));
      if (this.#read.length >= batchSize) await this.#store(this.#read.slice(0, batchSize));
    }
  }

  async #readAll(calls: readonly UnknownCall[]): Promise<void> {
    this.#reading = calls;
    const queue = calls.values();
    let failed = false;
    const reader = async () => {
      for (const each of queue) {
        if (failed) return;
        await this.#readOne(each).catch((error) => {
          failed = true;
          throw error;
        });
      }
    };
    await Promise.all(Array.from({ length: READERS }, reader));
    this.#reading = [];
  }

  async #readOne({ call, ...about }: UnknownCall): Promise<void> {
    const { altur, signal, counts } = this.#parts;
    try {
      const event = await altur.readEvent(call, signal);
      this.#unanswered = 0;
      this.#read.push({ event, receivedAt: endOf(call), ...about });
    } catch (error) {
      if (signal.aborted || !isAboutOneCall(error)) throw error;
      this.#unanswered = error.retryAfterMs === undefined ? 0 : this.#unanswered + 1;
      if (this.#unanswered >= HOPELESS) throw error;
      if (this.#unanswered > 0 && this.#unanswered % DOUBTFUL === 0) await this.#askForAnything();
      if (error.retryAfterMs !== undefined) this.#toAskAgain.push(about);
      counts.unusable.set(error.code, (counts.unusable.get(error.code) ?? 0) + 1);
    }
    this.#unread -= 1;
  }

  /** Calls that Altur never answers for must not keep the others from being read. Throws where it answers nothing. */
  async #askForAnything(): Promise<void> {
    const { altur, signal } = this.#parts;
    for await (const _ of altur.campaigns(signal)) return;
  }

  async #store(group: readonly ReconciledCall[]): Promise<void> {
    const { ready, enqueue, counts, signal } = this.#parts;
    await ready();
    signal.throwIfAborted();
    await enqueue(group);
    this.#read.splice(0, group.length);
    this.#waitingSince = Date.now();
    counts.enqueued += group.length;
  }
}

type AlturError = OperatorError & { readonly retryAfterMs?: number; readonly concernsAll?: boolean };

function isAboutOneCall(error: unknown): error is AlturError {
  return error instanceof OperatorError && (error as AlturError).concernsAll !== true;
}
