/**
 * Turns single items into batches without a timer that every item waits for.
 *
 * States of an item: waiting → in flight → settled, or waiting → settled (drained).
 * States of the batcher: idle (no items), gathering (items wait, no batch in flight), busy (batches in flight).
 *
 * Transitions:
 * - push: the item waits. If it completes a full batch and a slot is free, that batch is dispatched at once. If
 *   no batch is in flight, gathering begins.
 * - gathering: ends at once if the queue holds no more items. Otherwise it goes on as long as items keep arriving,
 *   then for the linger. A push, a drain, a settled batch or a deadline wakes it, nothing else. When it ends, what
 *   waits is dispatched.
 * - dispatch: the oldest waiting items whose concurrency keys are free leave as one batch; an item that must be alone
 *   leaves as a batch of its own once it is the oldest, as soon as a slot is free.
 * - settle: the batch's slot and keys are free again; full batches are dispatched, or gathering begins.
 * - drain: all waiting items settle; batches in flight are not touched.
 *
 * Invariants:
 * - Every item settles exactly once, and is in one batch at most.
 * - At most `maxInFlight` batches are in flight; a second one leaves only when it is full, or must be alone.
 * - No two batches in flight share a concurrency key.
 * - No batch is larger than `maxSize()` was when it was dispatched.
 * - While items wait, a batch is in flight or the batcher is gathering.
 */
import { settlesWithin } from '../timeout.ts';

export interface BatcherOptions<Item, Result> {
  /** Most items in one batch; read before every dispatch, since it shrinks while the CRM fails. */
  maxSize(): number;
  /** How many batches may be in flight. */
  readonly maxInFlight: number;
  /** Items that share a key are never in flight in two batches at once; the later item waits. */
  concurrencyKeys?(item: Item): readonly string[];
  /** Items that would make a whole batch fail; read before every dispatch. */
  mustBeAlone?(item: Item): boolean;
  /** How many more items the queue holds; read when a batch that is not full could leave. */
  backlog(): Promise<number>;
  /** Somebody waits for it; every item by default. */
  isUrgent?(item: Item): boolean;
  /** How long a batch that is not full waits to grow, ms: 0 unless the CRM's requests run short. */
  lingerMs?(): number;
  /** Must answer one result per item, in order. If it throws, every item of the batch rejects with that error. */
  runBatch(items: readonly Item[]): Promise<readonly Result[]>;
}

interface WaitingItem<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** How long a batch waits for a backlog that another worker may have taken, in ms since the last push. */
const BACKLOG_PATIENCE_MS = 25;
/** The same while no item is urgent, backlog or not: their group is stored job by job. */
const PATIENCE_WITHOUT_HURRY_MS = 500;

export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #waiting: WaitingItem<Item, Result>[] = [];
  #inFlight = 0;
  /** Of all items in flight. */
  readonly #busyKeys = new Set<string>();
  #gathering = false;
  /** Resolved and replaced by every push, drain and settled batch. */
  #change = Promise.withResolvers<void>();

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** How many items wait to be dispatched. */
  get waiting(): number {
    return this.#waiting.length;
  }

  push(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, keys: this.#options.concurrencyKeys?.(item) ?? [], resolve, reject });
      this.#advance();
    });
  }

  /**
   * Settles all waiting items with `result`, newest first: each goes back to the head of the queue, so the oldest is
   * taken first again.
   */
  drain(result: Result): void {
    const drained = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of drained.toReversed()) resolve(result);
    this.#advance();
  }

  /** After every change: dispatches full batches, then starts to gather if items wait and nothing is in flight. */
  #advance(): void {
    const changed = this.#change;
    this.#change = Promise.withResolvers();
    changed.resolve();
    while (this.#inFlight < this.#options.maxInFlight && this.#isComplete(this.#nextBatch()))
      this.#dispatch();
    if (this.#inFlight === 0 && this.#waiting.length > 0 && !this.#gathering) void this.#gather();
  }

  /** Lets a batch that is not full grow, then dispatches it. */
  async #gather(): Promise<void> {
    this.#gathering = true;
    // Items pushed in the same turn leave together.
    await new Promise(setImmediate);
    if (await this.#waitForBacklog()) await this.#linger();
    this.#gathering = false;
    if (this.#inFlight === 0 && this.#waiting.length > 0) this.#dispatch();
  }

  /** Waits while the queue holds more items and they keep arriving; false when they stopped arriving. */
  async #waitForBacklog(): Promise<boolean> {
    while (this.#canGrow()) {
      // Taken before the queue is asked, so that a push during the question is not missed.
      const change = this.#change.promise;
      if (!(await this.#hasBacklog())) return true;
      const patienceMs = this.#isUrgent ? BACKLOG_PATIENCE_MS : PATIENCE_WITHOUT_HURRY_MS;
      if (!(await settlesWithin(change, patienceMs))) return false;
    }
    return true;
  }

  get #isUrgent(): boolean {
    const { isUrgent = () => true } = this.#options;
    return this.#waiting.some(({ item }) => isUrgent(item));
  }

  /** An urgent item ends the patience that the others have. */
  async #linger(): Promise<void> {
    const began = Date.now();
    while (this.#canGrow()) {
      const patienceMs = this.#isUrgent ? 0 : PATIENCE_WITHOUT_HURRY_MS;
      const left = began + Math.max(this.#options.lingerMs?.() ?? 0, patienceMs) - Date.now();
      if (left <= 0) return;
      await settlesWithin(this.#change.promise, left);
    }
  }

  #canGrow(): boolean {
    const count = this.#waiting.length;
    return this.#inFlight === 0 && count > 0 && count < this.#options.maxSize();
  }

  async #hasBacklog(): Promise<boolean> {
    try {
      return (await this.#options.backlog()) > 0;
    } catch {
      // Without an answer the batch leaves as it is: a smaller batch costs requests, waiting would delay calls.
      return false;
    }
  }

  /** The waiting items that share no key with an item in flight, oldest first. */
  #dispatchable(): readonly WaitingItem<Item, Result>[] {
    if (this.#busyKeys.size === 0) return this.#waiting;
    return this.#waiting.filter(({ keys }) => !keys.some((key) => this.#busyKeys.has(key)));
  }

  #nextBatch(): readonly WaitingItem<Item, Result>[] {
    const items = this.#dispatchable();
    const [oldest] = items;
    if (oldest && this.#mustBeAlone(oldest)) return [oldest];
    return items.filter((each) => !this.#mustBeAlone(each)).slice(0, this.#options.maxSize());
  }

  /** It cannot grow. */
  #isComplete(batch: readonly WaitingItem<Item, Result>[]): boolean {
    const [oldest] = batch;
    if (!oldest) return false;
    return batch.length >= this.#options.maxSize() || this.#mustBeAlone(oldest);
  }

  readonly #mustBeAlone = ({ item }: WaitingItem<Item, Result>) => this.#options.mustBeAlone?.(item) ?? false;

  #dispatch(): void {
    const batch = this.#nextBatch();
    const dispatched = new Set(batch);
    this.#waiting = this.#waiting.filter((each) => !dispatched.has(each));
    const keys = new Set(batch.flatMap((each) => each.keys));
    for (const key of keys) this.#busyKeys.add(key);
    this.#inFlight += 1;
    void this.#settle(batch).finally(() => {
      this.#inFlight -= 1;
      for (const key of keys) this.#busyKeys.delete(key);
      this.#advance();
    });
  }

  /** Runs the batch and settles each of its items. Never rejects. */
  async #settle(batch: readonly WaitingItem<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.runBatch(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        if (index < results.length) resolve(results[index] as Result);
        else reject(new Error('the batch ended without a result for this item'));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
