/**
 * Turns single items into batches without a timer that everybody waits for: an item alone leaves at once;
 * whatever arrives while a batch is under way becomes the next one.
 */

export interface BatcherOptions<Item, Result> {
  /** Most items in one batch; asked before every batch, since it may shrink while the CRM struggles. */
  maxSize(): number;
  /** How many batches may be under way. A second one leaves only when it is full. */
  readonly maxInFlight: number;
  /** Items that share a name are never under way in two batches at once; the later one waits. */
  names?(item: Item): readonly string[];
  /** How many more items are about to be pushed; asked when a batch that is not full could leave. */
  backlog(): Promise<number>;
  /** How long a batch that is not full waits to grow, ms: 0 unless requests are dear. */
  lingerMs?(): number;
  /** Must settle with one result per item, in order. What it throws, every item of the batch gets. */
  flush(items: readonly Item[]): Promise<readonly Result[]>;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly names: readonly string[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * How long a batch waits for a backlog that does not come (another worker took it), in ms since the last push.
 * Only ever spent when the queue said that more is coming.
 */
const BACKLOG_PATIENCE_MS = 25;
/** How often a lingering batch looks whether it is full, or was drained. */
const LINGER_STEP_MS = 20;

export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #entries: Entry<Item, Result>[] = [];
  #flying = 0;
  /** Of the items under way. */
  readonly #taken = new Set<string>();
  #deciding = false;
  #pushes = 0;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items waiting for a flight. */
  get waiting(): number {
    return this.#entries.length;
  }

  push(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ item, names: this.#options.names?.(item) ?? [], resolve, reject });
      this.#pushes += 1;
      this.#depart();
    });
  }

  /** Settles what no flight has taken yet with `result`; maxInFlight under way land. */
  drain(result: Result): void {
    const entries = this.#entries;
    this.#entries = [];
    for (const entry of entries) entry.resolve(result);
  }

  /** Lets every full batch depart, and considers one that is not full if nothing is under way. */
  #depart(): void {
    while (this.#flying < this.#options.maxInFlight && this.#free().length >= this.#options.maxSize())
      this.#fly();
    if (this.#flying === 0 && this.#entries.length > 0 && !this.#deciding) void this.#decide();
  }

  /** The first of many must not leave alone: waits while the queue has more and more keeps arriving. */
  async #decide(): Promise<void> {
    this.#deciding = true;
    try {
      await new Promise(setImmediate);
      while (this.#couldGrow() && (await this.#more())) await this.#nextPush();
      const patientUntil = Date.now() + (this.#options.lingerMs?.() ?? 0);
      while (this.#couldGrow() && Date.now() < patientUntil)
        await new Promise((next) => setTimeout(next, LINGER_STEP_MS));
    } finally {
      this.#deciding = false;
    }
    if (this.#flying === 0 && this.#entries.length > 0) this.#fly();
  }

  #couldGrow(): boolean {
    return this.#flying === 0 && this.#entries.length > 0 && this.#entries.length < this.#options.maxSize();
  }

  async #more(): Promise<boolean> {
    try {
      return (await this.#options.backlog()) > 0;
    } catch {
      // Without an answer the batch leaves as it is: smaller batches cost requests, waiting would cost calls.
      return false;
    }
  }

  /** Resolves at the next push, or when patience ends; then the batch is as large as it gets. */
  async #nextPush(): Promise<void> {
    const before = this.#pushes;
    const deadline = Date.now() + BACKLOG_PATIENCE_MS;
    while (this.#pushes === before && Date.now() < deadline) await new Promise((next) => setTimeout(next, 1));
    if (this.#pushes === before && this.#flying === 0 && this.#entries.length > 0) this.#fly();
  }

  /** Those that share no name with an item under way, oldest first. */
  #free(): readonly Entry<Item, Result>[] {
    if (this.#taken.size === 0) return this.#entries;
    return this.#entries.filter(({ names }) => !names.some((name) => this.#taken.has(name)));
  }

  #fly(): void {
    const batch = this.#free().slice(0, this.#options.maxSize());
    const names = new Set(batch.flatMap((entry) => entry.names));
    const leaving = new Set(batch);
    this.#entries = this.#entries.filter((entry) => !leaving.has(entry));
    for (const name of names) this.#taken.add(name);
    this.#flying += 1;
    void this.#land(batch).finally(() => {
      this.#flying -= 1;
      for (const name of names) this.#taken.delete(name);
      this.#depart();
    });
  }

  async #land(batch: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.flush(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) {
        if (index < results.length) entry.resolve(results[index] as Result);
        else entry.reject(new Error('the batch was flushed without a result for this item'));
      }
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  }
}
