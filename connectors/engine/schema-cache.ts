/**
 * The CRM's schema, read once for all who ask at the same time.
 *
 * States: empty → reading → fresh → expired (after FRESH_MS, or DOUBTED_MS once a field was skipped). A failed reading
 * is not kept. `invalidate` empties the cache: the next batch goes by what the CRM says then.
 */

/** Fields change rarely, and reading them costs requests. */
const FRESH_MS = 60 * 60_000;
/** Somebody may be adding the field that calls are waiting for; but not every batch asks. */
const DOUBTED_MS = 5 * 60_000;

export class SchemaCache<Schema> {
  readonly #read: () => Promise<Schema>;
  #reading: Promise<Schema> | undefined;
  #readAt = 0;
  #doubted = false;

  constructor(read: () => Promise<Schema>) {
    this.#read = read;
  }

  get(): Promise<Schema> {
    const lifetime = this.#doubted ? DOUBTED_MS : FRESH_MS;
    if (this.#reading && Date.now() < this.#readAt + lifetime) return this.#reading;
    return this.refresh();
  }

  /** Reads again, whatever is cached. */
  refresh(): Promise<Schema> {
    const reading = this.#read();
    this.#reading = reading;
    this.#readAt = Date.now();
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  /** Calls lose fields by this schema: it may be outdated. */
  doubt(doubted: boolean): void {
    this.#doubted = doubted;
  }

  invalidate(): void {
    this.#reading = undefined;
  }
}
