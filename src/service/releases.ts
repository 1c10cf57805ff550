/** The parts a service has started, stopped in reverse order and once only. */
import type { Log } from '../../connectors/connector.ts';

export class Releases {
  readonly #log: Log;
  readonly #releases: (() => unknown)[] = [];
  #done: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  add(release: () => unknown): void {
    this.#releases.push(release);
  }

  /** Never rejects: a part that cannot be stopped does not keep the others. */
  releaseAll(): Promise<void> {
    this.#done ??= this.#releaseEach();
    return this.#done;
  }

  async #releaseEach(): Promise<void> {
    for (const release of this.#releases.toReversed()) {
      try {
        await release();
      } catch (error) {
        this.#log.warn('error while stopping', { error });
      }
    }
  }
}
