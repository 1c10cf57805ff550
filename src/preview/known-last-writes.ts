/** The last writes for one preview: it only reads them, and goes on without them when Redis does not answer. */
import type { LastWrites } from '../../connectors/connector.ts';

export class KnownLastWrites implements LastWrites {
  /** Are they known? */
  isKnown: boolean;
  readonly #lastWrites: Pick<LastWrites, 'get'> | undefined;

  constructor(lastWrites: Pick<LastWrites, 'get'> | undefined) {
    this.#lastWrites = lastWrites;
    this.isKnown = lastWrites !== undefined;
  }

  async get(names: readonly string[]): Promise<readonly ReadonlyMap<string, number>[]> {
    try {
      if (this.#lastWrites) return await this.#lastWrites.get(names);
    } catch {
      this.isKnown = false;
    }
    return names.map(() => new Map());
  }

  async set(): Promise<void> {}
}
