/**
 * Keeps recordings from taking all of a process: answering webhooks comes first. Chunks wait for their turn, in the
 * order of asking, and a turn lets `BYTES` through: 8 MB a second, which is 250 phone calls with 32 KB a second each.
 * However many start at once, a webhook waits for no more than one turn.
 */
const BYTES = 65_536;
const PAUSE_MS = 8;

interface Waiting {
  readonly bytes: number;
  readonly resolve: () => void;
}

export class ChunkTurns {
  readonly #waiting: Waiting[] = [];
  /** What is left of this turn; below 0: taken from the next ones. */
  #left = BYTES;
  #timer: NodeJS.Timeout | undefined;

  /** Resolves when a chunk of so many bytes may be passed on. */
  next(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, resolve });
      this.#pass();
    });
  }

  #pass(): void {
    while (this.#left > 0 && this.#waiting.length > 0) {
      const { bytes, resolve } = this.#waiting.shift()!;
      this.#left -= bytes;
      resolve();
    }
    if (this.#left < BYTES) this.#timer ??= setTimeout(() => this.#nextTurn(), PAUSE_MS);
  }

  #nextTurn(): void {
    this.#timer = undefined;
    this.#left = Math.min(BYTES, this.#left + BYTES);
    this.#pass();
  }
}
